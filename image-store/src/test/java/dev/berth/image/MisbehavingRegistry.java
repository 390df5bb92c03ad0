package dev.berth.image;

import com.sun.net.httpserver.Headers;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry that serves an image, apart from the paths that a test has taken over. */
public final class MisbehavingRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();
    private final List<Headers> headers = new CopyOnWriteArrayList<>();
    public final List<String> requests = new CopyOnWriteArrayList<>();

    private MisbehavingRegistry(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public static MisbehavingRegistry empty() throws IOException {
        return new MisbehavingRegistry(HttpServer.create(anyPort(), 0));
    }

    public static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Serves the image as "app:latest". */
    public static MisbehavingRegistry serving(TestImage image) throws IOException {
        return serving(image, HttpServer.create(anyPort(), 0));
    }

    public static MisbehavingRegistry serving(TestImage image, HttpServer server) {
        var registry = new MisbehavingRegistry(server);
        for (var name : List.of("latest", Digest.of(image.manifest).toString())) {
            registry.manifest(name, TestImage.MANIFEST_TYPE, image.manifest);
        }
        image.blobs.forEach(
                (digest, bytes) -> registry.document("/v2/app/blobs/" + digest, "application/octet-stream", bytes));
        return registry;
    }

    public String host() {
        return "127.0.0.1:" + port();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public void document(String path, String type, byte[] content) {
        on(path, exchange -> answer(exchange, 200, type, content));
    }

    /** A manifest as good registries serve it, with its digest. */
    public void manifest(String name, String type, byte[] content) {
        on("/v2/app/manifests/" + name, exchange -> {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(content).toString());
            answer(exchange, 200, type, content);
        });
    }

    /** What is not a GET request is there with its method, "HEAD /v2/...". */
    private static String name(HttpExchange exchange) {
        var path = exchange.getRequestURI().getPath();
        var method = exchange.getRequestMethod();
        return method.equals("GET") ? path : method + " " + path;
    }

    /** The values that a header had in all requests, "" where it was not there. */
    public List<String> seen(String header) {
        return headers.stream()
                .map(each -> Optional.ofNullable(each.getFirst(header)).orElse(""))
                .toList();
    }

    public void on(String path, HttpHandler handler) {
        handlers.put(path, handler);
    }

    public static void answer(HttpExchange exchange, int status, String type, byte[] content) throws IOException {
        if (!type.isEmpty()) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            requests.add(name(exchange));
            headers.add(exchange.getRequestHeaders());
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
