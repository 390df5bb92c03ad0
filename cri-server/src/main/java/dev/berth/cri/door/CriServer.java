package dev.berth.cri.door;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The CRI services on a unix socket. */
public final class CriServer implements AutoCloseable {
    /** The kubelet sends and takes messages of up to 16 MiB. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private final Server server;
    private final EventLoopGroup events;

    private CriServer(Server server, EventLoopGroup events) {
        this.server = server;
        this.events = events;
    }

    /** Binds the socket, replacing what an earlier daemon left at its path, and starts to answer. */
    public static CriServer start(Path socket, List<ServerServiceDefinition> services) throws IOException {
        Files.createDirectories(socket.toAbsolutePath().getParent());
        removeDead(socket);
        var events = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Executor executor = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("rpc").factory());
        var builder = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(events)
                .workerEventLoopGroup(events)
                .executor(executor)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES);
        services.forEach(builder::addService);
        var server = builder.build().start();
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        return new CriServer(server, events);
    }

    /** Only a socket on which nobody listens is out of use. */
    private static void removeDead(Path socket) throws IOException {
        if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(
                    "listen = \"unix://%s\": there is something else than a socket; remove it, or set another path"
                            .formatted(socket));
        }
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            throw new IOException("listen = \"unix://%s\": another process listens there; end it, or set another path"
                    .formatted(socket));
        } catch (ConnectException dead) {
            Files.delete(socket);
        }
    }

    public void awaitTermination() throws InterruptedException {
        server.awaitTermination();
    }

    @Override
    public void close() {
        server.shutdownNow();
        var _ = events.shutdownGracefully();
    }
}
