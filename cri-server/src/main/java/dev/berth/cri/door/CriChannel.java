package dev.berth.cri.door;

import dev.berth.cri.api.ImageServiceGrpc;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListImagesRequest;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.RuntimeServiceGrpc;
import dev.berth.cri.api.StatusRequest;
import dev.berth.cri.api.VersionRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The other side of the door: a client of a daemon's CRI socket. */
public final class CriChannel implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    /** A node with thousands of containers tells more than gRPC takes by default. */
    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    private final EventLoopGroup events;
    private final ManagedChannel channel;

    private CriChannel(EventLoopGroup events, ManagedChannel channel) {
        this.events = events;
        this.channel = channel;
    }

    public static CriChannel open(Path socket) {
        var events = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .eventLoopGroup(events)
                .channelType(EpollDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .usePlaintext()
                .build();
        return new CriChannel(events, channel);
    }

    /** Name and version of the runtime. */
    public String version() {
        var version = stub().version(VersionRequest.getDefaultInstance());
        return "%s %s, CRI %s"
                .formatted(version.getRuntimeName(), version.getRuntimeVersion(), version.getRuntimeApiVersion());
    }

    /** The conditions of its status, a line each. */
    public List<String> conditions() {
        return stub().status(StatusRequest.getDefaultInstance()).getStatus().getConditionsList().stream()
                .map(each -> each.getStatus()
                        ? each.getType() + ": yes"
                        : "%s: no (%s: %s)".formatted(each.getType(), each.getReason(), each.getMessage()))
                .toList();
    }

    /** The operations under way, as JSON. */
    public String operations() {
        var request = StatusRequest.newBuilder().setVerbose(true).build();
        return stub().status(request).getInfoOrDefault("operations", "[]");
    }

    /** The pulls under way and the last that ended, as JSON. */
    public String pulls() {
        var request = StatusRequest.newBuilder().setVerbose(true).build();
        return stub().status(request).getInfoOrDefault("pulls", "[]");
    }

    /** All containers, and all images. */
    public NodeList list() {
        return NodeList.of(
                stub().listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                        .getItemsList(),
                stub().listContainers(ListContainersRequest.getDefaultInstance())
                        .getContainersList(),
                ImageServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .listImages(ListImagesRequest.getDefaultInstance())
                        .getImagesList());
    }

    /** Pulls an image, however long it takes; the answer is its id. */
    public String pull(String name) {
        var request = PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(name))
                .build();
        return ImageServiceGrpc.newBlockingStub(channel).pullImage(request).getImageRef();
    }

    ManagedChannel channel() {
        return channel;
    }

    private RuntimeServiceGrpc.RuntimeServiceBlockingStub stub() {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
