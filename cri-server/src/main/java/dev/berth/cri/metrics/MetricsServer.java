package dev.berth.cri.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.cri.config.Configuration;
import dev.berth.linux.Reason;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;

/** Serves the metrics as Prometheus' text format at {@code /metrics}. */
public final class MetricsServer implements AutoCloseable {
    private final HttpServer server;

    private MetricsServer(HttpServer server) {
        this.server = server;
    }

    public static MetricsServer start(Configuration.Metrics address, CollectorRegistry registry) throws IOException {
        var server = bind(address);
        server.createContext("/metrics", exchange -> answer(exchange, registry));
        server.setExecutor(task -> Thread.ofVirtual().name("metrics").start(task));
        server.start();
        return new MetricsServer(server);
    }

    private static HttpServer bind(Configuration.Metrics address) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(address.host(), address.port()), 0);
        } catch (IOException | UnresolvedAddressException e) {
            throw new IOException(
                    "[metrics] listen = \"%s:%d\": %s".formatted(address.host(), address.port(), Reason.of(e)), e);
        }
    }

    private static void answer(HttpExchange exchange, CollectorRegistry registry) throws IOException {
        try (exchange) {
            var text = new StringWriter();
            TextFormat.write004(text, registry.metricFamilySamples());
            var body = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", TextFormat.CONTENT_TYPE_004);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
