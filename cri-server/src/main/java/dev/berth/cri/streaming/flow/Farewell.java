package dev.berth.cri.streaming.flow;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/**
 * Ends a connection to a client that may still be sending. Closing it at once would make the kernel answer what arrives
 * with a reset, and a reset takes from the client what it has not read yet, the end of its session among it.
 */
public final class Farewell {
    /** How long a client may take to close its side. */
    private static final int PATIENCE_SECONDS = 10;

    private Farewell() {}

    public static void say(Channel channel) {
        if (channel instanceof DuplexChannel duplex && duplex.isActive()) {
            var _ = duplex.shutdownOutput();
        }
        Deadline.after(PATIENCE_SECONDS, channel, () -> true);
    }
}
