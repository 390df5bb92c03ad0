package dev.berth.cri.training;

import dev.berth.cri.api.RuntimeServiceGrpc;
import dev.berth.cri.api.VersionRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a throwaway daemon through the life of a few pods, so that the JVM writes its ahead-of-time cache when the daemon ends:
 * {@code Training DISTRIBUTION WORK}, where WORK holds the program {@code hold} and has a short path.
 */
final class Training {
    private static final int PODS = 3;
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Path distribution;
    private final Path work;
    private final String mark = "berth-training-" + ProcessHandle.current().pid();

    private Training(Path distribution, Path work) {
        this.distribution = distribution;
        this.work = work;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Training(Path.of(arguments[0]), Path.of(arguments[1])).run();
    }

    private void run() throws IOException, InterruptedException {
        try (var image = TrainingImage.serve(work.resolve("hold"))) {
            var daemon = daemon(image);
            try {
                exercise(daemon, image);
                daemon.destroy();
                daemon.waitFor(END.toSeconds(), TimeUnit.SECONDS);
            } finally {
                daemon.destroyForcibly().onExit().join();
                cleanHost();
            }
        }
    }

    /** What a daemon leaves for its successor: the bridge, the packet filter's table, the cgroup of its pods. */
    private void cleanHost() throws IOException {
        var cgroups = "find /sys/fs/cgroup -depth -type d -path '*/" + mark + "*' -exec rmdir {} +";
        for (var command : List.of(
                List.of("ip", "link", "delete", bridge()),
                List.of("nft", "delete", "table", "inet", "berth_" + bridge()),
                List.of("sh", "-c", cgroups))) {
            new ProcessBuilder(command).inheritIO().start().onExit().join();
        }
    }

    private String bridge() {
        return "btt" + ProcessHandle.current().pid();
    }

    private Path socket() {
        return work.resolve("berth.sock");
    }

    private Process daemon(TrainingImage image) throws IOException {
        var program = distribution.resolve("bin/berthd").toString();
        var builder = new ProcessBuilder(program, "--config", config(image).toString()).inheritIO();
        builder.environment().put("BERTH_JAVA_OPTS", "-XX:AOTCacheOutput=" + distribution.resolve("lib/berth.aot"));
        return builder.start();
    }

    private Path config(TrainingImage image) throws IOException {
        var hosts = Files.createDirectories(work.resolve("certs.d").resolve(image.host()));
        Files.writeString(hosts.resolve("hosts.toml"), "server = \"http://" + image.host() + "\"\n");
        return Files.writeString(work.resolve("config.toml"), """
                root = "%1$s/root"
                state = "%1$s/state"
                listen = "unix://%1$s/berth.sock"
                log_level = "warn"

                [registry]
                config_path = "%1$s/certs.d"

                [cni]
                conf_dir = "%1$s/net.d"
                cache_dir = "%1$s/cni"
                lease_dir = "%1$s/leases"
                default_bridge = "%2$s"
                default_subnets = ["10.127.253.0/24", "fd42:bee:7::/64"]

                [cgroup]
                parent = "/%3$s"
                """.formatted(work, bridge(), mark));
    }

    private void exercise(Process daemon, TrainingImage image) throws IOException {
        var events = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket().toFile()))
                .eventLoopGroup(events)
                .channelType(EpollDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
        try {
            awaitAnswer(daemon, channel);
            var calls = new Calls(channel, image.reference());
            calls.pullAndLook();
            for (int pod = 0; pod < PODS; pod++) {
                calls.podLife(work, "pod" + pod, "/" + mark);
            }
            calls.removeImage();
        } finally {
            channel.shutdownNow();
            events.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static void awaitAnswer(Process daemon, ManagedChannel channel) throws IOException {
        var end = System.nanoTime() + START.toNanos();
        while (!answers(channel)) {
            if (!daemon.isAlive() || System.nanoTime() > end) {
                throw new IOException("the daemon of the training run does not answer");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean answers(ManagedChannel channel) {
        try {
            channel.resetConnectBackoff();
            return RuntimeServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .version(VersionRequest.getDefaultInstance())
                    .isInitialized();
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }
}
