package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.oci.Digest;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.http.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that is broken or means harm: each time the right error, promptly, in bounded memory, and nothing left in the store. */
final class HostileRegistryTest {
    private static final byte[] ARCHIVE = new TestTar().file("file", "content").bytes();
    private static final String MANIFEST = "/v2/app/manifests/latest";

    private final TestImage image = TestImage.of(Layer.plain(ARCHIVE));
    private final String blobPath = "/v2/app/blobs/" + Digest.of(ARCHIVE);
    private final CountDownLatch end = new CountDownLatch(1);

    @TempDir
    Path directory;

    private MisbehavingRegistry registry;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        registry = MisbehavingRegistry.serving(image);
        store = TestStore.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        end.countDown();
        registry.close();
        store.close();
    }

    private <E extends PullException> String refusal(Class<E> kind) throws IOException {
        return store.refusal(kind, registry.host() + "/app");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertHas(String message, String... parts) {
        for (var part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private Class<? extends PullException> kind(String name) {
        return switch (name) {
            case "Unauthorized" -> PullException.Unauthorized.class;
            case "NotFound" -> PullException.NotFound.class;
            default -> PullException.Unreachable.class;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "401, Unauthorized",
        "403, Unauthorized",
        "404, NotFound",
        "410, Unreachable",
        "429, Unreachable",
        "500, Unreachable",
        "501, Unreachable",
        "503, Unreachable"
    })
    void everyStatusHasItsError(int status, String kind) throws Exception {
        registry.on(MANIFEST, exchange -> MisbehavingRegistry.answer(exchange, status, "text/plain", bytes("no")));
        var message = refusal(kind(kind));
        assertHas(message, registry.host(), String.valueOf(status), "text/plain", "default", "\"no\"");
    }

    @Test
    void aPageIsNoBlob() throws Exception {
        registry.document(blobPath, "text/html", bytes("<html>log in first"));
        assertHas(
                refusal(PullException.Unreachable.class),
                blobPath.substring(blobPath.lastIndexOf('/') + 1),
                "text/html");
    }

    @Test
    void aBlobThatAlwaysEndsTooEarlyIsGivenUp() throws Exception {
        registry.on(blobPath, exchange -> {
            exchange.sendResponseHeaders(200, ARCHIVE.length);
            exchange.getResponseBody().write(ARCHIVE, 0, 100);
            exchange.getResponseBody().flush();
            throw new IOException("breaks on purpose");
        });
        assertHas(
                refusal(PullException.Unreachable.class),
                registry.host(),
                Digest.of(ARCHIVE).toString());
        assertTrue(registry.requests.stream().filter(blobPath::equals).count() >= 3);
    }

    private void hang(HttpExchange exchange) throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IOException("the test is over", e);
        }
        exchange.close();
    }

    @Test
    void aHostThatNeverAnswersIsGivenUp() throws Exception {
        store.close();
        var quick = new Transfer(
                1, Duration.ofSeconds(20), Duration.ofMillis(200), 3, Duration.ofMillis(1), Duration.ofMillis(1));
        store = TestStore.open(directory, new Registries(TestStore.certificates(directory), quick));
        registry.on(MANIFEST, this::hang);
        assertHas(refusal(PullException.Unreachable.class), registry.host(), "no answer");
    }

    @Test
    void aManifestThatStopsInTheMiddleIsGivenUp() throws Exception {
        registry.on(MANIFEST, exchange -> {
            exchange.sendResponseHeaders(200, image.manifest.length);
            exchange.getResponseBody().write(image.manifest, 0, 10);
            exchange.getResponseBody().flush();
            hang(exchange);
        });
        assertHas(refusal(PullException.Unreachable.class), registry.host(), "only ");
    }

    private static void endless(HttpExchange exchange, String type) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, 0);
        var spaces = bytes(" ".repeat(1 << 16));
        while (true) {
            exchange.getResponseBody().write(spaces); // ends when the client closes the connection
        }
    }

    /** CVE-2023-25153: documents are not read without a bound. */
    @Test
    void cve_2023_25153_anEndlessManifestIsCutOff() throws Exception {
        registry.on(MANIFEST, exchange -> endless(exchange, TestImage.MANIFEST_TYPE));
        assertHas(refusal(PullException.Unsupported.class), "larger than 4194304");
    }

    @Test
    void cve_2023_25153_anEndlessConfigIsCutOff() throws Exception {
        registry.on("/v2/app/blobs/" + image.config, exchange -> endless(exchange, "application/octet-stream"));
        assertHas(refusal(PullException.Unsupported.class), "larger than 4194304");
    }

    @Test
    void anEndlessErrorPageIsCutOff() throws Exception {
        registry.on(MANIFEST, exchange -> {
            exchange.sendResponseHeaders(404, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[1 << 16]);
            }
        });
        assertHas(refusal(PullException.NotFound.class), "404");
    }

    @Test
    void cve_2023_25153_aConfigThatSaysItIsHugeIsNotAskedFor() throws Exception {
        var config = new LinkedHashMap<String, Object>(TestImage.descriptor("x", bytes("{}")));
        config.put("size", 17 << 20);
        serve(TestImage.json(Map.of("schemaVersion", 2, "config", config, "layers", List.of())));
        assertHas(refusal(PullException.Unsupported.class), "4 MiB");
        assertEquals(List.of(MANIFEST), registry.requests);
    }

    private void serve(byte[] manifest) {
        registry.manifest("latest", TestImage.MANIFEST_TYPE, manifest);
    }

    @Test
    void cve_2023_25153_nestingAndDoubledKeysAreRefused() throws Exception {
        serve(bytes("{\"layers\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"));
        assertHas(refusal(PullException.Corrupt.class), "JSON");
        var text = new String(image.manifest, StandardCharsets.UTF_8);
        serve(bytes(text.replaceFirst("\\{", "{\"config\":{},")));
        assertHas(refusal(PullException.Corrupt.class), "JSON");
        serve(bytes("{\"layers\":[" + "{},".repeat(200_000) + "{}]}"));
        assertHas(refusal(PullException.Corrupt.class), "JSON");
    }

    /** CVE-2021-41190: one document with two readings. */
    @Test
    void cve_2021_41190_aManifestThatIsAlsoAnIndexIsRefused() throws Exception {
        var text = new String(image.manifest, StandardCharsets.UTF_8);
        serve(bytes(text.replaceFirst("\\{", "{\"manifests\":[],")));
        assertHas(refusal(PullException.Corrupt.class), "both");
    }

    @Test
    void cve_2021_41190_aManifestServedAsAnIndexIsRefused() throws Exception {
        registry.manifest("latest", TestImage.INDEX_TYPE, image.manifest);
        assertHas(refusal(PullException.Corrupt.class), TestImage.INDEX_TYPE);
    }

    @Test
    void cve_2021_41190_anIndexEntryThatIsSomethingElseIsRefused() throws Exception {
        var entry = TestImage.descriptor(TestImage.INDEX_TYPE, image.manifest);
        registry.manifest(
                "latest",
                TestImage.INDEX_TYPE,
                TestImage.json(Map.of("schemaVersion", 2, "manifests", List.of(entry))));
        registry.manifest(Digest.of(image.manifest).toString(), "", image.manifest);
        assertHas(refusal(PullException.Corrupt.class), TestImage.INDEX_TYPE);
    }

    @Test
    void aManifestOfAnotherDigestThanItsHeaderIsCorrupt() throws Exception {
        registry.on(MANIFEST, exchange -> {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(new byte[0]).toString());
            MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
        });
        var message = refusal(PullException.Corrupt.class);
        assertHas(message, registry.host(), Digest.of(image.manifest) + ", it came as " + Digest.of(new byte[0]));
        assertFalse(message.contains("Optional"), message);
    }

    @Test
    void aConfigOfAnotherDigestIsCorrupt() throws Exception {
        registry.document("/v2/app/blobs/" + image.config, "application/octet-stream", bytes("{}"));
        assertHas(refusal(PullException.Corrupt.class), registry.host(), image.config.toString());
    }

    @Test
    void theOldSchemaIsRefusedByName() throws Exception {
        registry.document(
                MANIFEST,
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                bytes("{\"schemaVersion\":1,\"fsLayers\":[]}"));
        assertHas(refusal(PullException.Unsupported.class), "schema 1", "push the image anew");
        registry.document(MANIFEST, "application/json", bytes("{\"schemaVersion\":1,\"fsLayers\":[]}"));
        assertHas(refusal(PullException.Unsupported.class), "schema 1", "push the image anew");
    }

    @Test
    void aConfigThatWouldFillTheMemoryIsRefused() throws Exception {
        var config = Map.of("Env", List.of("A=" + "x".repeat(300 << 10)));
        try (var large = MisbehavingRegistry.serving(TestImage.configured(config, Layer.plain(ARCHIVE)))) {
            assertHas(
                    store.refusal(PullException.Unsupported.class, large.host() + "/app"),
                    large.host() + "/app",
                    "environment",
                    "the limit is 262144");
        }
    }

    /** A pull is not a way to read what only this machine may reach. */
    @ParameterizedTest
    @CsvSource({"403, text/plain", "200, text/plain", "200, application/json", "200, text/html"})
    void whatIsSaidElsewhereIsNotShown(int status, String type) throws Exception {
        try (var inside = MisbehavingRegistry.empty()) {
            inside.on("/", exchange -> MisbehavingRegistry.answer(exchange, status, type, bytes("confidential")));
            redirect(MANIFEST, "http://" + inside.host() + "/");
            var message = refusal(PullException.class);
            assertHas(message, inside.host());
            assertFalse(message.contains("confidential"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403})
    void whatATokenServiceElsewhereSaysIsNotShown(int status) throws Exception {
        try (var inside = MisbehavingRegistry.empty()) {
            inside.on(
                    "/", exchange -> MisbehavingRegistry.answer(exchange, status, "text/plain", bytes("confidential")));
            registry.on(MANIFEST, exchange -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"http://" + inside.host() + "/\"");
                exchange.sendResponseHeaders(401, -1);
            });
            var message = refusal(PullException.Unauthorized.class);
            assertHas(message, inside.host());
            assertFalse(message.contains("confidential"), message);
        }
    }

    private void redirect(String path, String location) {
        registry.on(path, exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(307, -1);
        });
    }

    @Test
    void aRedirectLoopEnds() throws Exception {
        redirect(MANIFEST, "http://" + registry.host() + MANIFEST);
        assertHas(refusal(PullException.Unreachable.class), "redirects");
        assertEquals(11, registry.requests.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/", "http://", "::", ""})
    void aRedirectThatIsNoWebAddressIsNotFollowed(String location) throws Exception {
        redirect(MANIFEST, location);
        assertHas(refusal(PullException.Unreachable.class), "redirect");
    }
}
