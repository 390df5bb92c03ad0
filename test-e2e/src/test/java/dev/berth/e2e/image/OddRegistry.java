package dev.berth.e2e.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.e2e.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** Another registry's content, told in odd ways that others' clients take. */
final class OddRegistry implements AutoCloseable {
    private static final String TOKEN = "abc";
    private static final List<String> PASSED_ON = List.of("Content-Type", "Docker-Content-Digest", "Content-Range");
    private static final int REDIRECTS = 9;

    /** What is odd about it. */
    enum Oddity {
        /** Blobs are nine redirects away. */
        FAR,
        /** Blobs are at another host, which wants a token of its own. */
        STRANGER,
        /** All content comes compressed, though nobody asked for it. */
        COMPRESSED,
        /** A range is answered with the whole. */
        WHOLE
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Registry content;
    private final Oddity oddity;
    private final HttpServer server;
    private final HttpServer elsewhere;

    OddRegistry(Registry content, Oddity oddity) throws IOException {
        this.content = content;
        this.oddity = oddity;
        this.server = serve(this::answer);
        this.elsewhere = serve(this::stranger);
    }

    private interface Answering {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private HttpServer serve(Answering answering) throws IOException {
        var started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        started.setExecutor(threads);
        started.createContext("/", exchange -> {
            try (exchange) {
                answering.to(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UncheckedIOException(new IOException(e));
            }
        });
        started.start();
        return started;
    }

    /** Host and port as they stand in an image's name. */
    String address() {
        return address(server);
    }

    private static String address(HttpServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        var uri = exchange.getRequestURI();
        boolean blob = uri.getPath().contains("/blobs/");
        if (blob && oddity == Oddity.FAR && left(uri) > 0) {
            redirect(exchange, uri.getPath() + "?left=" + (left(uri) - 1));
        } else if (blob && oddity == Oddity.STRANGER) {
            redirect(exchange, "http://" + address(elsewhere) + uri.getPath());
        } else {
            pass(exchange);
        }
    }

    private static int left(URI uri) {
        return uri.getQuery() == null
                ? REDIRECTS
                : Integer.parseInt(uri.getQuery().substring("left=".length()));
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(307, -1);
    }

    private void stranger(HttpExchange exchange) throws IOException, InterruptedException {
        if (exchange.getRequestURI().getPath().equals("/token")) {
            var answer = ("{\"token\": \"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } else if (("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            pass(exchange);
        } else {
            var realm = "Bearer realm=\"http://%s/token\",service=\"stranger\"".formatted(address(elsewhere));
            exchange.getResponseHeaders().set("WWW-Authenticate", realm);
            exchange.sendResponseHeaders(401, -1);
        }
    }

    private void pass(HttpExchange exchange) throws IOException, InterruptedException {
        var uri = URI.create(
                "http://" + content.address() + exchange.getRequestURI().getPath());
        var request =
                HttpRequest.newBuilder(uri).method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
        var headers = exchange.getRequestHeaders();
        headers.getOrDefault("Accept", List.of()).forEach(value -> request.header("Accept", value));
        if (oddity != Oddity.WHOLE) {
            headers.getOrDefault("Range", List.of()).forEach(value -> request.header("Range", value));
        }
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        for (var name : PASSED_ON) {
            answer.headers()
                    .firstValue(name)
                    .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
        }
        write(exchange, answer);
    }

    private void write(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            answer.headers()
                    .firstValue("Content-Length")
                    .ifPresent(value -> exchange.getResponseHeaders().set("Content-Length", value));
            exchange.sendResponseHeaders(answer.statusCode(), -1);
            return;
        }
        var body = answer.body();
        if (oddity == Oddity.COMPRESSED) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            body = compressed(body);
        }
        exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] compressed(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
        elsewhere.stop(0);
        threads.close();
        client.close();
    }
}
