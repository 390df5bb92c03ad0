package dev.berth.cri.training;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An image of one program, served over the registry protocol on a port of the loopback address. */
final class TrainingImage implements AutoCloseable {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final int BLOCK = 512;

    /** What the registry answers for a path. */
    private record Content(String type, ByteString bytes) {
        static Content of(String type, byte[] bytes) {
            return new Content(type, ByteString.copyFrom(bytes));
        }

        static Content of(String type, String text) {
            return new Content(type, ByteString.copyFromUtf8(text));
        }

        String digest() {
            return TrainingImage.digest(bytes.toByteArray());
        }
    }

    private final HttpServer server;

    private TrainingImage(HttpServer server) {
        this.server = server;
    }

    static TrainingImage serve(Path program) throws IOException {
        var tar = tar("hold", Files.readAllBytes(program));
        var layer = Content.of("application/octet-stream", gzip(tar));
        var config = Content.of("application/octet-stream", """
                {"architecture":"amd64","os":"linux","config":{"Cmd":["/hold"]},"rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(digest(tar)));
        var manifest = Content.of(MANIFEST, """
                {"schemaVersion":2,"mediaType":"%s",
                 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
                 "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}""".formatted(
                        MANIFEST,
                        config.digest(),
                        config.bytes().size(),
                        layer.digest(),
                        layer.bytes().size()));
        return serve(Map.of(
                "/v2/",
                Content.of("application/json", "{}"),
                "/v2/hold/manifests/latest",
                manifest,
                "/v2/hold/manifests/" + manifest.digest(),
                manifest,
                "/v2/hold/blobs/" + config.digest(),
                config,
                "/v2/hold/blobs/" + layer.digest(),
                layer));
    }

    private static TrainingImage serve(Map<String, Content> contents) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, contents));
        server.start();
        return new TrainingImage(server);
    }

    private static void answer(HttpExchange exchange, Map<String, Content> contents) throws IOException {
        try (exchange) {
            var content = contents.get(exchange.getRequestURI().getPath());
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", content.type());
            exchange.getResponseHeaders().set("Docker-Content-Digest", content.digest());
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders()
                        .set("Content-Length", Integer.toString(content.bytes().size()));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, content.bytes().size());
                content.bytes().writeTo(exchange.getResponseBody());
            }
        }
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String reference() {
        return host() + "/hold:latest";
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** A ustar archive of one executable file. */
    private static byte[] tar(String name, byte[] content) {
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000755\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, "%011o\0".formatted(content.length));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        var sum = 0;
        for (byte octet : header) {
            sum += octet & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        var archive = new byte[BLOCK + (content.length + BLOCK - 1) / BLOCK * BLOCK + 2 * BLOCK];
        System.arraycopy(header, 0, archive, 0, BLOCK);
        System.arraycopy(content, 0, archive, BLOCK, content.length);
        return archive;
    }

    private static void put(byte[] header, int offset, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var stream = new GZIPOutputStream(packed)) {
            stream.write(content);
        }
        return packed.toByteArray();
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
