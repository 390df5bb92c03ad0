package dev.berth.cri.streaming.flow;

import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
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
     * Sends a message of about so many bytes; one of more than {@value #LIMIT} waits until it is alone.
     *
     * @throws IOException when the client is gone
     */
    public void send(Object message, int bytes) throws IOException, InterruptedException {
        int share = Math.min(bytes, LIMIT);
        room.acquire(share);
        if (!channel.isActive()) {
            room.release(share);
            ReferenceCountUtil.release(message);
            throw new ClosedChannelException();
        }
        channel.writeAndFlush(message).addListener(_ -> room.release(share));
    }
}
