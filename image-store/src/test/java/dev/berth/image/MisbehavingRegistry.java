package dev.berth.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.berth.image.oci.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry that serves an image, apart from the paths that a test has taken over. */
final class MisbehavingRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    private MisbehavingRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static MisbehavingRegistry empty() throws IOException {
        return new MisbehavingRegistry();
    }

    /** Serves the image as "app:latest". */
    static MisbehavingRegistry serving(TestImage image) throws IOException {
        var registry = new MisbehavingRegistry();
        for (var name : List.of("latest", Digest.of(image.manifest).toString())) {
            registry.document("/v2/app/manifests/" + name, TestImage.MANIFEST_TYPE, image.manifest);
        }
        image.blobs.forEach(
                (digest, bytes) -> registry.document("/v2/app/blobs/" + digest, "application/octet-stream", bytes));
        return registry;
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    void document(String path, String type, byte[] content) {
        on(path, exchange -> answer(exchange, 200, type, content));
    }

    void on(String path, HttpHandler handler) {
        handlers.put(path, handler);
    }

    static void answer(HttpExchange exchange, int status, String type, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            requests.add(path);
            var handler = handlers.get(path);
            if (handler == null) {
                answer(exchange, 404, "text/plain", "nothing here".getBytes(StandardCharsets.UTF_8));
            } else {
                handler.handle(exchange);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
