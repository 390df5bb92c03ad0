package dev.berth.image.registry.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.Digest;
import dev.berth.image.pull.PullException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CVE-2020-15157: a registry that sends its client to a stranger. */
final class CredentialLeakTest {
    private static final byte[] ARCHIVE = new TestTar().file("file", "content").bytes();

    private final TestImage image = TestImage.of(Layer.plain(ARCHIVE));

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
        registry.close();
        store.close();
    }

    /** CVE-2020-15157: who is redirected to asks for credentials, and names a token service of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"Basic realm=\"x\"", "Bearer realm=\"http://%s/token\",service=\"x\""})
    void cve_2020_15157_aChallengeFromElsewhereGetsNoCredentials(String challenge) throws Exception {
        try (var thief = MisbehavingRegistry.empty()) {
            registry.on("/v2/app/blobs/" + Digest.of(ARCHIVE), exchange -> {
                exchange.getResponseHeaders().set("Location", "http://" + thief.host() + "/blob?signature=secret");
                exchange.sendResponseHeaders(307, -1);
            });
            thief.on("/blob", exchange -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", challenge.formatted(thief.host()));
                MisbehavingRegistry.answer(exchange, 401, "text/plain", new byte[] {'?'});
            });
            thief.document("/token", "application/json", TestImage.json(Map.of("token", "abc")));
            var message = refusal(new Credentials.Password("user", "password"));
            assertTrue(message.contains("401 from " + thief.host()) && !message.contains("signature"), message);
            var shown = challenge.startsWith("Basic") ? Set.of("") : Set.of("", "Bearer abc");
            assertEquals(shown, Set.copyOf(thief.seen("Authorization")));
        }
    }

    private String refusal(Credentials credentials) {
        try {
            throw new AssertionError(store.pull(registry.host() + "/app", credentials));
        } catch (PullException.Unauthorized e) {
            return String.valueOf(e.getMessage());
        } catch (PullException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** CVE-2020-15157: a manifest may say where else its layers are; nobody is asked there. */
    @Test
    void cve_2020_15157_aForeignAddressInTheManifestIsNotAsked() throws Exception {
        try (var thief = MisbehavingRegistry.empty()) {
            registry.manifest(
                    "latest", TestImage.MANIFEST_TYPE, withLayer("application/vnd.oci.image.layer.v1.tar", thief));
            assertEquals(
                    image.config.toString(),
                    store.pull(registry.host() + "/app").id());
            assertEquals(List.of(), thief.requests);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                "application/vnd.oci.image.layer.nondistributable.v1.tar"
            })
    void cve_2020_15157_aForeignLayerIsRefused(String type) throws Exception {
        try (var thief = MisbehavingRegistry.empty()) {
            registry.manifest("latest", TestImage.MANIFEST_TYPE, withLayer(type, thief));
            var message = store.refusal(PullException.Unsupported.class, registry.host() + "/app");
            assertTrue(message.contains(Digest.of(ARCHIVE).toString()), message);
            assertEquals(List.of(), thief.requests);
        }
    }

    private byte[] withLayer(String type, MisbehavingRegistry elsewhere) {
        var layer = new LinkedHashMap<String, Object>(TestImage.descriptor(type, ARCHIVE));
        layer.put("urls", List.of("http://" + elsewhere.host() + "/layer"));
        var config = Objects.requireNonNull(image.blobs.get(image.config));
        return TestImage.json(Map.of(
                "schemaVersion",
                2,
                "config",
                TestImage.descriptor("application/vnd.oci.image.config.v1+json", config),
                "layers",
                List.of(layer)));
    }
}
