package dev.berth.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Debian's docker-registry on a port of this machine, for as long as a test runs. */
public final class DockerRegistry implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static DockerRegistry start(Path directory) throws IOException {
        var port = freePort();
        var config =
                Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                log:
                  level: error
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                """.formatted(directory.resolve("registry"), port));
        var process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("registry.log").toFile())
                .start();
        var registry = new DockerRegistry(process, port);
        registry.awaitReadiness();
        return registry;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReadiness() throws IOException {
        var deadline = Instant.now().plus(START);
        while (!connects()) {
            if (Instant.now().isAfter(deadline) || !process.isAlive()) {
                process.destroyForcibly();
                throw new IOException("docker-registry did not come up on port " + port);
            }
            Thread.onSpinWait();
        }
    }

    private boolean connects() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public String host() {
        return "127.0.0.1:" + port;
    }

    void push(String repository, String tag, TestImage image) throws IOException, InterruptedException {
        for (var blob : image.blobs.entrySet()) {
            var begun = send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()), 202);
            var place = begun + (begun.contains("?") ? "&" : "?") + "digest=" + blob.getKey();
            send(
                    request(place)
                            .header("Content-Type", "application/octet-stream")
                            .PUT(BodyPublishers.ofByteArray(blob.getValue())),
                    201);
        }
        manifest(repository, tag, TestImage.MANIFEST_TYPE, image.manifest);
    }

    void manifest(String repository, String name, String type, byte[] document)
            throws IOException, InterruptedException {
        send(
                request("/v2/" + repository + "/manifests/" + name)
                        .header("Content-Type", type)
                        .PUT(BodyPublishers.ofByteArray(document)),
                201);
    }

    private HttpRequest.Builder request(String place) {
        return HttpRequest.newBuilder(URI.create("http://" + host()).resolve(place));
    }

    private String send(HttpRequest.Builder request, int expected) throws IOException, InterruptedException {
        var response = client.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != expected) {
            throw new IOException(response + ": " + response.body());
        }
        return response.headers().firstValue("Location").orElse("");
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
        process.onExit().join();
    }
}
