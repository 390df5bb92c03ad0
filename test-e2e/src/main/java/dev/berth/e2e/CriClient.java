package dev.berth.e2e;

import dev.berth.cri.api.ImageServiceGrpc;
import dev.berth.cri.api.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.berth.cri.api.RuntimeServiceGrpc;
import dev.berth.cri.api.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.berth.cri.api.VersionRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One connection to a runtime's socket; calls end after two minutes at the latest. */
public final class CriClient implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    /** It warns at each connection that a unix socket knows no SO_KEEPALIVE, which gRPC always sets. */
    private static final Logger BOOTSTRAP = Logger.getLogger("io.netty.bootstrap");

    private final MultiThreadIoEventLoopGroup events;
    private final ManagedChannel channel;

    private CriClient(MultiThreadIoEventLoopGroup events, ManagedChannel channel) {
        this.events = events;
        this.channel = channel;
    }

    public static CriClient to(Path socket) {
        BOOTSTRAP.setLevel(Level.SEVERE);
        var events = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .eventLoopGroup(events)
                .channelType(EpollDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .maxInboundMessageSize(32 << 20)
                .usePlaintext()
                .directExecutor()
                .build();
        return new CriClient(events, channel);
    }

    public RuntimeServiceBlockingStub pods() {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    public ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    public boolean answers() {
        try {
            channel.resetConnectBackoff();
            var answer = RuntimeServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .version(VersionRequest.getDefaultInstance());
            return !answer.getRuntimeName().isEmpty();
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        events.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
