package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestTar;
import dev.berth.image.catalog.Image;
import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.oci.Platform;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.http.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MisbehavingRegistryTest {
    private static final Transfer HASTY = new Transfer(
            1 << 20, Duration.ofMillis(300), Duration.ofSeconds(20), 3, Duration.ofMillis(1), Duration.ofMillis(50));
    private static final byte[] NOISE = noise(2 << 20);

    private final TestImage image = TestImage.of(
            Layer.plain(new TestTar().file("noise", NOISE, 0644, 0, 0, Map.of()).bytes()));
    private final Digest blob = Digest.of(blobBytes());
    private final String manifestPath = "/v2/app/manifests/latest";
    private final String blobPath = "/v2/app/blobs/" + blob;

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();

    private static byte[] noise(int size) {
        var bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private byte[] blobBytes() {
        return image.blobs.values().iterator().next();
    }

    private ImageStore store() throws IOException {
        var store = ImageStore.open(
                directory.resolve("store"), new Registries(directory.resolve("certs.d"), HASTY), StoreSettings.DEFAULT);
        open.add(store);
        store.leasesRestored();
        return store;
    }

    private MisbehavingRegistry registry() throws IOException {
        var registry = MisbehavingRegistry.serving(image);
        open.add(registry);
        return registry;
    }

    @BeforeEach
    void aPlaceForHosts() throws IOException {
        Files.createDirectories(directory.resolve("certs.d"));
    }

    @AfterEach
    void close() throws Exception {
        for (var resource : open) {
            resource.close();
        }
    }

    private static PullRequest request(MisbehavingRegistry registry) {
        return PullRequest.anonymous(ImageReference.parse(registry.host() + "/app"));
    }

    private <E extends PullException> String failure(Class<E> kind, MisbehavingRegistry registry) throws Exception {
        var store = store();
        var failure = assertThrows(kind, () -> store.pull(request(registry)));
        assertEquals(List.of(), store.list());
        try (var staged = Files.list(directory.resolve("store/staging"))) {
            assertEquals(List.of(), staged.toList());
        }
        return String.valueOf(failure.getMessage());
    }

    private static void status(HttpExchange exchange, int status) throws IOException {
        MisbehavingRegistry.answer(
                exchange,
                status,
                "application/json",
                "{\"errors\":[{\"code\":\"BROKEN\",\"message\":\"on purpose\"}]}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void statusAndErrorDocumentAreToldForEveryHost() throws Exception {
        var registry = registry();
        registry.on(manifestPath, exchange -> status(exchange, 403));
        var message = failure(PullException.Unauthorized.class, registry);
        for (var part : List.of(registry.host(), "403", "application/json", "BROKEN: on purpose", "default")) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void aBusyHostIsAskedAgain() throws Exception {
        var registry = registry();
        var asked = new AtomicInteger();
        registry.on(manifestPath, exchange -> {
            if (asked.incrementAndGet() < 3) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                status(exchange, asked.get() == 1 ? 429 : 503);
            } else {
                MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
            }
        });
        assertEquals(image.config.toString(), store().pull(request(registry)).id());
    }

    @Test
    void aHostThatStaysBusyIsGivenUp() throws Exception {
        var registry = registry();
        registry.on(manifestPath, exchange -> status(exchange, 500));
        assertTrue(failure(PullException.Unreachable.class, registry).contains("500"));
        assertEquals(3, registry.requests.size());
    }

    @Test
    void aPageIsNoManifest() throws Exception {
        var registry = registry();
        registry.document(manifestPath, "text/html", "<html>log in first".getBytes(StandardCharsets.UTF_8));
        var message = failure(PullException.Unsupported.class, registry);
        assertTrue(message.contains("text/html") && message.contains("log in first"), message);
    }

    @Test
    void aManifestOfMoreThanFourMegabytesIsRefused() throws Exception {
        var registry = registry();
        registry.document(manifestPath, TestImage.MANIFEST_TYPE, new byte[5 << 20]);
        assertTrue(failure(PullException.Unsupported.class, registry).contains("larger"));
    }

    @Test
    void aBlobOfAnotherDigestIsCorrupt() throws Exception {
        var registry = registry();
        var wrong = blobBytes().clone();
        wrong[4000] ^= 1;
        registry.document(blobPath, "application/octet-stream", wrong);
        var message = failure(PullException.Corrupt.class, registry);
        assertTrue(
                message.contains(blob.toString())
                        && message.contains(Digest.of(wrong).toString()),
                message);
    }

    @Test
    void aBrokenDownloadGoesOnWhereItBroke() throws Exception {
        var registry = registry();
        var ranges = new ArrayList<String>();
        registry.on(blobPath, exchange -> {
            var range = exchange.getRequestHeaders().getFirst("Range");
            var from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            ranges.add(String.valueOf(range));
            var whole = blobBytes();
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (whole.length - 1) + "/" + whole.length);
            exchange.sendResponseHeaders(range == null ? 200 : 206, whole.length - from);
            var end = range == null ? whole.length / 2 : whole.length;
            exchange.getResponseBody().write(whole, from, end - from);
            exchange.getResponseBody().flush();
            if (range == null) {
                throw new IOException("breaks on purpose");
            }
        });
        assertEquals(image.config.toString(), store().pull(request(registry)).id());
        assertEquals(2, ranges.size());
    }

    /** P-15: any byte is not progress. */
    @Test
    void aTrickleIsAnErrorAndNotAHang() throws Exception {
        var registry = registry();
        var done = new CountDownLatch(1);
        open.addFirst(done::countDown);
        registry.on(blobPath, exchange -> {
            exchange.sendResponseHeaders(200, blobBytes().length);
            for (var at = 0; at < 10_000 && done.getCount() > 0; at++) {
                exchange.getResponseBody().write(blobBytes(), at, 1);
                exchange.getResponseBody().flush();
                pause(done);
            }
        });
        assertTrue(failure(PullException.Unreachable.class, registry).contains("only "));
    }

    private static void pause(CountDownLatch done) {
        try {
            var _ = done.await(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void cve_2020_15157_credentialsStayWithTheirHost() throws Exception {
        var registry = registry();
        var elsewhere = registry();
        var seen = new ConcurrentHashMap<String, String>();
        var expected = "Basic dXNlcjpzZWNyZXQ=";
        registry.on(manifestPath, exchange -> {
            if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
                status(exchange, 401);
                return;
            }
            MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
        });
        registry.on(blobPath, exchange -> {
            exchange.getResponseHeaders().set("Location", "http://" + elsewhere.host() + blobPath);
            exchange.sendResponseHeaders(307, -1);
        });
        elsewhere.on(blobPath, exchange -> {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .ifPresent(value -> seen.put("Authorization", value));
            MisbehavingRegistry.answer(exchange, 200, "application/octet-stream", blobBytes());
        });
        var credentials = new Credentials.Password("user", "secret");
        var pulled = store().pull(new PullRequest(
                ImageReference.parse(registry.host() + "/app"), Optional.of(credentials), Platform.host()));
        assertEquals(image.config.toString(), pulled.id());
        assertNull(seen.get("Authorization"));
        assertTrue(elsewhere.requests.contains(blobPath));
    }

    @Test
    void aTokenIsFetchedWhereTheRegistrySays() throws Exception {
        var registry = registry();
        registry.on("/token", exchange -> {
            var query = exchange.getRequestURI().getQuery();
            var good = query.contains("service=here") && query.contains("scope=repository:app:pull");
            MisbehavingRegistry.answer(
                    exchange,
                    good ? 200 : 400,
                    "application/json",
                    "{\"token\":\"abc\"}".getBytes(StandardCharsets.UTF_8));
        });
        registry.on(manifestPath, exchange -> {
            if ("Bearer abc".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
                return;
            }
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", "Bearer realm=\"http://" + registry.host() + "/token\",service=\"here\"");
            status(exchange, 401);
        });
        assertEquals(image.config.toString(), store().pull(request(registry)).id());
    }

    @Test
    void aMirrorThatFailsGivesWayToTheNext() throws Exception {
        var upstream = registry();
        var mirror = MisbehavingRegistry.empty();
        open.add(mirror);
        var file = Files.createDirectories(directory.resolve("certs.d").resolve(upstream.host()))
                .resolve("hosts.toml");
        Files.writeString(file, "[host.\"http://" + mirror.host() + "\"]\n");
        assertEquals(image.config.toString(), store().pull(request(upstream)).id());
        assertTrue(mirror.requests.contains(manifestPath));
    }

    @Test
    void fiftyPullsOfOneImageMakeOneSetOfRequests() throws Exception {
        var registry = registry();
        var all = new CountDownLatch(50);
        registry.on(manifestPath, exchange -> {
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
        });
        var store = store();
        Callable<Image> pull = () -> {
            all.countDown();
            return store.pull(request(registry));
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(Collections.nCopies(50, pull))) {
                assertEquals(image.config.toString(), result.get().id());
            }
        }
        assertEquals(1, registry.requests.stream().filter(blobPath::equals).count());
        assertTrue(registry.requests.size() <= 6, registry.requests.toString());
    }

    @Test
    void anUnreachableHostIsSaidToBe() throws Exception {
        var registry = registry();
        registry.close();
        var message = failure(PullException.Unreachable.class, registry);
        assertTrue(message.contains(registry.host()), message);
    }

    @Test
    void anImageThatIsNoContainerImageIsUnsupported() throws Exception {
        var registry = registry();
        var config = "{\"some\":\"artifact\"}".getBytes(StandardCharsets.UTF_8);
        var manifest = TestImage.json(Map.of(
                "schemaVersion",
                2,
                "config",
                TestImage.descriptor("application/octet-stream", config),
                "layers",
                List.of()));
        registry.document(manifestPath, TestImage.MANIFEST_TYPE, manifest);
        registry.document("/v2/app/blobs/" + Digest.of(config), "application/octet-stream", config);
        assertTrue(failure(PullException.Unsupported.class, registry).contains("not a container image"));
    }
}
