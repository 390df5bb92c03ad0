package dev.berth.cri.streaming.flow;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Closes a connection whose client does not do its part in time. */
public final class Deadline {
    private Deadline() {}

    /**
     * Looks once, when the time is up.
     *
     * @param late asked on the event loop when the time is up: whether the connection is to be closed
     */
    public static void after(int seconds, Channel channel, BooleanSupplier late) {
        var timer = channel.eventLoop().schedule(() -> close(channel, late), seconds, TimeUnit.SECONDS);
        channel.closeFuture().addListener(_ -> timer.cancel(false));
    }

    private static void close(Channel channel, BooleanSupplier late) {
        if (late.getAsBoolean()) {
            var _ = channel.close();
        }
    }
}
