package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Debian's containerd with runc and the reference CNI plugins: the peer, and what the tests themselves are tested with. */
public final class Containerd implements CriRuntime {
    private final Marks marks;
    private final RuntimeProcess process;

    private Containerd(Marks marks) {
        this.marks = marks;
        this.process = new RuntimeProcess("containerd", marks);
    }

    public static Containerd start(Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var marks = Marks.of(folder);
        configure(marks, registry);
        var containerd = new Containerd(marks);
        containerd.start();
        return containerd;
    }

    private static void configure(Marks marks, Registry registry) throws IOException {
        var folder = Files.createDirectories(marks.folder());
        var networks = Files.createDirectories(folder.resolve("net.d"));
        var network = networks.resolve("10-bridge.conflist");
        if (!Files.exists(network)) {
            Files.writeString(network, BridgeNetwork.conflist(marks));
        }
        var text = """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                [grpc]
                  address = "%1$s/containerd.sock"
                [ttrpc]
                  address = "%1$s/containerd.sock.ttrpc"
                [plugins."io.containerd.internal.v1.opt"]
                  path = "%1$s/opt"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "registry.k8s.io/pause:3.10"
                  restrict_oom_score_adj = true
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "/usr/lib/cni"
                    conf_dir = "%2$s"
                  [plugins."io.containerd.grpc.v1.cri".registry]
                    config_path = "%3$s"
                """.formatted(folder, networks, registry.mirrors(folder.resolve("certs.d")));
        Files.writeString(folder.resolve("config.toml"), text);
    }

    @Override
    public String name() {
        return "containerd + runc";
    }

    @Override
    public Path socket() {
        return process.socket();
    }

    @Override
    public Marks marks() {
        return marks;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public int stop() {
        return process.stop();
    }

    @Override
    public void start() throws IOException, InterruptedException, TimeoutException {
        var config = marks.folder().resolve("config.toml").toString();
        process.start(List.of("containerd", "--config", config), Map.of());
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
