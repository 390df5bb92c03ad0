package dev.berth.cri.streaming;

import dev.berth.cri.config.Configuration;
import dev.berth.engine.Engine;
import dev.berth.engine.failure.EngineException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Listens for the clients of Exec, Attach and PortForward, and says where they have to come to. */
public final class StreamingServer implements AutoCloseable {
    private final Invitations invitations;
    private final Channel listener;
    private final EventLoopGroup events;
    private final String base;

    private StreamingServer(Invitations invitations, Channel listener, EventLoopGroup events, String base) {
        this.invitations = invitations;
        this.listener = listener;
        this.events = events;
        this.base = base;
    }

    /** Its thread is its own: no stream is to slow down the CRI. */
    public static StreamingServer start(Configuration.Streaming settings, Engine engine) throws IOException {
        var tls = settings.tls().isPresent()
                ? Optional.of(TlsContexts.load(settings.tls().get()))
                : Optional.<TlsContexts>empty();
        var invitations = new Invitations();
        var events = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().daemon().name("streaming").factory(), EpollIoHandler.newFactory());
        var initializer = new StreamingPipeline(
                invitations, new Sessions(engine), Duration.ofSeconds(settings.idleTimeoutSeconds()), tls);
        var listener = bind(settings, events, initializer);
        var bound = (InetSocketAddress) listener.localAddress();
        return new StreamingServer(invitations, listener, events, base(settings, bound.getPort()));
    }

    private static Channel bind(
            Configuration.Streaming settings, EventLoopGroup events, ChannelInitializer<Channel> initializer)
            throws IOException {
        var bootstrap = new ServerBootstrap()
                .group(events)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(initializer);
        var bound = bootstrap.bind(settings.host(), settings.port()).awaitUninterruptibly();
        if (bound.cause() != null) {
            var _ = events.shutdownGracefully();
            throw new IOException(
                    "[streaming] listen = \"%s:%d\": %s"
                            .formatted(
                                    settings.host(),
                                    settings.port(),
                                    bound.cause().getMessage()),
                    bound.cause());
        }
        return bound.channel();
    }

    /** A server on all addresses is reached on the node's own; the kubelet, who is told this, runs there. */
    private static String base(Configuration.Streaming settings, int port) {
        var host = settings.everywhere() ? "127.0.0.1" : settings.host();
        return "%s://%s:%d"
                .formatted(
                        settings.tls().isPresent() ? "https" : "http",
                        host.contains(":") ? "[" + host + "]" : host,
                        port);
    }

    /** The address at which a client gets this, once, within a minute. */
    public String invite(Invitation invitation) throws EngineException {
        return "%s/%s/%s".formatted(base, invitation.path(), invitations.add(invitation));
    }

    @Override
    public void close() {
        var _ = listener.close();
        var _ = events.shutdownGracefully();
    }
}
