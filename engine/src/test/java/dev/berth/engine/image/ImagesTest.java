package dev.berth.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.operation.Operations;
import dev.berth.image.ImageStore;
import dev.berth.image.StoreSettings;
import dev.berth.image.credential.Credentials;
import dev.berth.image.registry.Registries;
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

/** Pulls as a caller of the daemon sees them, from a registry that wants a password and has nothing. */
final class ImagesTest {
    private static final Optional<Credentials> PASSWORD = Optional.of(new Credentials.Password("a", "b"));

    private final Operations operations =
            new Operations(Thread.ofPlatform().daemon().factory(), Optional.empty());
    private final List<String> shown = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    private HttpServer server;
    private ImageStore store;
    private Images images;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::refuse);
        server.start();
        store = ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT);
        store.leasesRestored();
        images = new Images(store, operations);
    }

    @AfterEach
    void close() throws IOException {
        server.stop(0);
        store.close();
    }

    private void refuse(HttpExchange exchange) throws IOException {
        try (exchange) {
            var authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
            shown.add(authorization.orElse(""));
            var running = operations.snapshots().getFirst();
            shown.add(running.detail());
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=x");
            exchange.sendResponseHeaders(authorization.isPresent() ? 404 : 401, -1);
        }
    }

    private Code pull(String credentialsServer) {
        var name = "127.0.0.1:" + server.getAddress().getPort() + "/app";
        return assertThrows(EngineException.class, () -> images.pull(name, PASSWORD, credentialsServer))
                .code();
    }

    @Test
    void credentialsAreForTheServerThatTheCallerNames() {
        assertEquals(
                Code.NOT_FOUND, pull("https://127.0.0.1:" + server.getAddress().getPort() + "/v1/"));
        assertEquals(List.of("", "resolving", "Basic YTpi", "resolving"), shown);
        shown.clear();
        assertEquals(Code.PERMISSION_DENIED, pull("other.example"));
        assertEquals(List.of("", "resolving"), shown);
    }

    @Test
    void credentialsWithoutAServerAreForTheRegistryOfTheImage() {
        assertEquals(Code.NOT_FOUND, pull(""));
    }
}
