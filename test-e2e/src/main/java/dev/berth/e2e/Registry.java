package dev.berth.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Debian's docker-registry on a port of its own, keeping what it holds below a folder. */
public final class Registry implements AutoCloseable {
    private static final List<String> MIRRORED =
            List.of("docker.io", "registry.k8s.io", "k8s.gcr.io", "gcr.io", "quay.io", "public.ecr.aws");

    /** Bytes; what is larger is no manifest and no image configuration. */
    private static final long LARGEST_DOCUMENT = 50_000;

    private final Path folder;
    private final int port;
    private final Process process;

    private Registry(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    public static Registry start(Path folder) throws IOException, InterruptedException, TimeoutException {
        var port = Ports.free();
        var config = Files.writeString(Files.createDirectories(folder).resolve("registry.yml"), """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(
                        folder.resolve("storage"), port));
        var process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        Waiting.until("docker-registry answers on port " + port, Duration.ofSeconds(20), () -> Ports.answers(port));
        return new Registry(folder, port, process);
    }

    /** Host and port as they stand in an image's name. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Pushes sets of stand-in images; see images.py. */
    public void fill(String... sets) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of("python3", Checkout.current().images().toString()));
        command.addAll(List.of(
                "--registry", address(), "--work", folder.resolve("work").toString()));
        command.addAll(List.of(sets));
        Command.run(command, Map.of(), Duration.ofMinutes(15)).orFail();
    }

    /** Writes hosts.toml files that lead every well-known host to this registry. */
    public Path mirrors(Path certs) throws IOException {
        for (var host : MIRRORED) {
            mirror(certs, host);
        }
        mirror(certs, address());
        return certs;
    }

    private void mirror(Path certs, String host) throws IOException {
        var text = """
                server = "http://%1$s"

                [host."http://%1$s"]
                  capabilities = ["pull", "resolve"]
                """.formatted(address());
        Files.writeString(Files.createDirectories(certs.resolve(host)).resolve("hosts.toml"), text);
    }

    /** Turns one bit of every layer that it holds; a second call turns them back. */
    public void flipLayers() throws IOException {
        try (var files = Files.walk(folder.resolve("storage"))) {
            for (var blob : files.filter(Registry::isLayer).toList()) {
                flipMiddle(blob);
            }
        }
    }

    private static boolean isLayer(Path file) {
        return file.endsWith("data") && file.toFile().length() > LARGEST_DOCUMENT;
    }

    private static void flipMiddle(Path blob) throws IOException {
        try (var file = new RandomAccessFile(blob.toFile(), "rw")) {
            var middle = file.length() / 2;
            file.seek(middle);
            var octet = file.read();
            file.seek(middle);
            file.write(octet ^ 1);
        }
    }

    @Override
    public void close() {
        Ending.kill(process);
    }
}
