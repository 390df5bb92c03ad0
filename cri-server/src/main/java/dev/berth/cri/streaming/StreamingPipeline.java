package dev.berth.cri.streaming;

import dev.berth.cri.streaming.flow.Deadline;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a new connection goes through until it is upgraded, and the limits that hold for all of its life. */
@Sharable
final class StreamingPipeline extends ChannelInitializer<Channel> {
    /** Connections at a time; each is a session, or the ports of one pod. */
    private static final int MAX_CONNECTIONS = 2048;

    /** How long a client may take to say what it wants. */
    private static final int REQUEST_SECONDS = 30;

    /** A request has no body worth reading. */
    private static final int MAX_BODY_BYTES = 4096;

    private final Invitations invitations;
    private final Sessions sessions;
    private final Duration idle;
    private final Optional<TlsContexts> tls;
    private final AtomicInteger connections = new AtomicInteger();

    StreamingPipeline(Invitations invitations, Sessions sessions, Duration idle, Optional<TlsContexts> tls) {
        this.invitations = invitations;
        this.sessions = sessions;
        this.idle = idle;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.closeFuture().addListener(_ -> connections.decrementAndGet());
        if (connections.incrementAndGet() > MAX_CONNECTIONS) {
            var _ = channel.close();
            return;
        }
        var pipeline = channel.pipeline();
        tls.ifPresent(contexts -> pipeline.addLast(contexts.current().newHandler(channel.alloc())));
        var upgrade = new UpgradeHandler(invitations, sessions);
        pipeline.addLast(new Idleness(idle), new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY_BYTES), upgrade);
        Deadline.after(REQUEST_SECONDS, channel, () -> pipeline.context(upgrade) != null);
    }

    /** Ends a connection on which nothing has been said, either way, for too long. */
    private static final class Idleness extends IdleStateHandler {
        Idleness(Duration limit) {
            super(0, 0, limit.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
            var _ = context.close();
        }
    }
}
