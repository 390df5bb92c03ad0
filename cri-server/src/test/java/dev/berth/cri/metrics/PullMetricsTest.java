package dev.berth.cri.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.image.Images;
import dev.berth.engine.operation.Operations;
import dev.berth.image.ImageStore;
import dev.berth.image.StoreSettings;
import dev.berth.image.registry.Registries;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted of pulls from a registry that has nothing, and from one that wants a password. */
final class PullMetricsTest {
    private final CollectorRegistry metrics = new CollectorRegistry();
    private final List<Double> runningWhenAsked = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    private HttpServer server;
    private ImageStore store;
    private Images images;
    private int answer = 404;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::refuse);
        server.start();
        store = ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT);
        store.leasesRestored();
        images = new Images(store, new Operations(Thread.ofPlatform().daemon().factory(), Optional.empty()));
        new PullMetrics(store).register(metrics);
    }

    @AfterEach
    void close() throws IOException {
        server.stop(0);
        store.close();
    }

    private void refuse(HttpExchange exchange) throws IOException {
        try (exchange) {
            runningWhenAsked.add(metrics.getSampleValue("berth_image_pulls_running"));
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=x");
            exchange.sendResponseHeaders(answer, -1);
        }
    }

    private void pull() {
        var name = "127.0.0.1:" + server.getAddress().getPort() + "/app";
        assertThrows(EngineException.class, () -> images.pull(name, Optional.empty(), ""));
    }

    private double ended(String outcome) {
        return metrics.getSampleValue("berth_image_pulls_total", new String[] {"outcome"}, new String[] {outcome});
    }

    @Test
    void aPullCountsAsRunningAndThenByItsOutcome() {
        pull();
        assertEquals(1, ended("not_found"));
        answer = 401;
        pull();
        assertEquals(1, ended("unauthorized"));
        assertEquals(1, ended("not_found"));
        assertEquals(1, runningWhenAsked.getFirst());
        assertEquals(0, metrics.getSampleValue("berth_image_pulls_running"));
    }
}
