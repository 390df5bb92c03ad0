package dev.berth.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The real kubelet without an API server, on a runtime's socket; its pods are the files in a folder. */
public final class Kubelet implements AutoCloseable {
    private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

    /** What the names of its pods end with. */
    public static final String NODE = "berth-e2e";

    private final Path folder;
    private final String cgroup;
    private final int port;
    private final Process process;

    private Kubelet(Path folder, String cgroup, int port, Process process) {
        this.folder = folder;
        this.cgroup = cgroup;
        this.port = port;
        this.process = process;
    }

    /** Whether the program could be built. */
    public static boolean built() {
        return Files.isExecutable(Checkout.current().tool("kubelet"));
    }

    /**
     * Starts it; its pods come when it is ready.
     *
     * @param gates feature gates that are switched on
     */
    public static Kubelet start(CriRuntime runtime, List<String> gates) throws IOException {
        var folder = Files.createDirectories(runtime.marks().folder().resolve("kubelet"));
        var cgroup = runtime.marks().cgroup() + "/kubelet";
        makeCgroup(cgroup);
        Files.createDirectories(folder.resolve("manifests"));
        var port = Ports.free();
        var config = Files.writeString(folder.resolve("config.yaml"), config(runtime, folder, cgroup, port, gates));
        var process = new ProcessBuilder(
                        Checkout.current().tool("kubelet").toString(),
                        "--config=" + config,
                        "--root-dir=" + folder.resolve("root"),
                        "--cert-dir=" + folder.resolve("pki"),
                        "--hostname-override=" + NODE)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        return new Kubelet(folder, cgroup, port, process);
    }

    /** It wants its cgroup to be there, in each hierarchy; a cpuset that was just made has no processor. */
    private static void makeCgroup(String path) throws IOException {
        for (var hierarchy : hierarchies()) {
            var made = Files.createDirectories(hierarchy.resolve(path.substring(1)));
            for (var file : List.of("cpuset.cpus", "cpuset.mems")) {
                if (Files.exists(made.resolve(file))) {
                    var all = Files.readString(hierarchy.resolve(file));
                    Files.writeString(made.resolveSibling(file), all);
                    Files.writeString(made.resolve(file), all);
                }
            }
        }
    }

    private static List<Path> hierarchies() throws IOException {
        if (Files.exists(HIERARCHIES.resolve("cgroup.procs"))) {
            return List.of(HIERARCHIES);
        }
        try (var folders = Files.list(HIERARCHIES)) {
            return folders.filter(Files::isDirectory).toList();
        }
    }

    /** A host without CAP_SYS_RESOURCE refuses negative scores; one with cgroups v1 is refused by default. */
    private static String config(CriRuntime runtime, Path folder, String cgroup, int port, List<String> gates)
            throws IOException {
        return """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
                authorization: {mode: AlwaysAllow}
                failCgroupV1: false
                enforceNodeAllocatable: []
                oomScoreAdj: 0
                cgroupDriver: cgroupfs
                cgroupRoot: %1$s
                containerRuntimeEndpoint: unix://%2$s
                staticPodPath: %3$s/manifests
                podLogsDir: %3$s/logs
                address: 127.0.0.1
                port: %5$d
                readOnlyPort: %4$d
                healthzPort: 0
                makeIPTablesUtilChains: false
                failSwapOn: false
                evictionHard: {memory.available: 1Mi}
                featureGates: {%6$s}
                """.formatted(
                cgroup,
                runtime.socket(),
                folder,
                port,
                Ports.free(),
                String.join(", ", gates.stream().map(gate -> gate + ": true").toList()));
    }

    /** A static pod; the same name again replaces it. */
    public void run(String name, String manifest) throws IOException {
        Files.writeString(manifest(name), manifest);
    }

    public void remove(String name) throws IOException {
        Files.delete(manifest(name));
    }

    private Path manifest(String name) {
        return folder.resolve("manifests").resolve(name + ".yaml");
    }

    /** What it answers on its read-only port; empty while it does not. */
    public String read(String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException notYet) {
            return "";
        }
    }

    /** The last errors and warnings that it logged. */
    public String complaints() throws IOException {
        var lines = Files.readAllLines(folder.resolve("log")).stream()
                .filter(line -> line.matches("[EWF]\\d{4} .*"))
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    /** Its pods must have been removed; their volumes and cgroups are its own. */
    @Override
    public void close() throws IOException {
        Ending.kill(process);
        unmountVolumes();
        for (var hierarchy : hierarchies()) {
            var top = hierarchy.resolve(cgroup.substring(1));
            if (Files.isDirectory(top)) {
                removeDirectories(top);
            }
        }
    }

    private void unmountVolumes() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            var place = line.split(" ", 3)[1];
            if (place.startsWith(folder.toString() + "/")) {
                try {
                    Command.run("umount", place).orFail();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted at " + place, e);
                }
            }
        }
    }

    private static void removeDirectories(Path top) throws IOException {
        try (var folders = Files.find(top, 10, (_, attributes) -> attributes.isDirectory())) {
            for (var each : folders.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
