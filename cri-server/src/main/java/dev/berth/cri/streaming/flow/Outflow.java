package dev.berth.cri.streaming.flow;

import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Semaphore;

/** What is on its way to a client. Whoever sends waits while too much is: a slow client holds up its own session only. */
public final class Outflow {
    /** Bytes that a sender may be ahead of its client, beside the socket's own buffer. */
    private static final int LIMIT = 256 << 10;

    private final Channel channel;
    private final Semaphore room = new Semaphore(LIMIT);

    public Outflow(Channel channel) {
        this.channel = channel;
    }

    /**
     * Sends a message of about so many bytes, at most {@value #LIMIT}.
     *
     * @throws IOException when the client is gone
     */
    public void send(Object message, int bytes) throws IOException, InterruptedException {
        room.acquire(bytes);
        if (!channel.isActive()) {
            room.release(bytes);
            throw new ClosedChannelException();
        }
        channel.writeAndFlush(message).addListener(_ -> room.release(bytes));
    }
}
