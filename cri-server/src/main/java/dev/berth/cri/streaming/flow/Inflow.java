package dev.berth.cri.streaming.flow;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicLong;

/** How much has arrived on a connection and waits to be taken. Beyond a limit the connection is not read on. */
public final class Inflow {
    /** Bytes at which reading stops; what was read already may still come on top. */
    static final long HIGH = 256 << 10;

    private static final long LOW = 64 << 10;

    private final Channel channel;
    private final AtomicLong waiting = new AtomicLong();

    public Inflow(Channel channel) {
        this.channel = channel;
    }

    void arrived(int bytes) {
        if (waiting.addAndGet(bytes) > HIGH) {
            channel.config().setAutoRead(false);
            // whoever takes may have taken all of it in between, and seen no reason to read on
            readOn();
        }
    }

    void taken(int bytes) {
        waiting.addAndGet(-bytes);
        readOn();
    }

    private void readOn() {
        if (waiting.get() < LOW && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }
}
