package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.catalog.Image;
import dev.berth.image.contents.Depth;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.registry.Registries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images whose digests are sha512 throughout: manifest, config, layers as they come and as they are unpacked. */
final class Sha512Test {
    private static final Digest LIKE = new Digest("0".repeat(128));
    private static final byte[] LOWER = new TestTar().file("lower", "one").bytes();
    private static final byte[] UPPER = new TestTar().file("upper", "two").bytes();

    private final TestImage image = TestImage.digested(LIKE, Layer.gzip(LOWER), Layer.plain(UPPER));
    private final Digest named = LIKE.likewise(image.manifest);

    @TempDir
    Path directory;

    private MisbehavingRegistry registry;

    @BeforeEach
    void serve() throws IOException {
        registry = MisbehavingRegistry.serving(image);
        for (var name : List.of("latest", named.toString())) {
            registry.on("/v2/app/manifests/" + name, exchange -> {
                exchange.getResponseHeaders().set("Docker-Content-Digest", named.toString());
                MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
            });
        }
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private ImageStore open(String name) throws IOException {
        var store = ImageStore.open(
                directory.resolve(name), new Registries(TestStore.certificates(directory)), StoreSettings.DEFAULT);
        store.leasesRestored();
        return store;
    }

    private Image pull(ImageStore store, String name) throws Exception {
        return store.pull(PullRequest.anonymous(ImageReference.parse(registry.host() + "/app" + name)));
    }

    private void isTheImage(ImageStore store, Image found) throws Exception {
        assertEquals(image.config.toString(), found.id());
        assertTrue(found.id().startsWith("sha512:"), found.id());
        assertEquals("one", Files.readString(found.layers().getFirst().resolve("lower")));
        assertEquals("two", Files.readString(found.layers().getLast().resolve("upper")));
        for (var id : List.of(found.id(), image.config.hex(), image.config.hex().substring(0, 12))) {
            assertEquals(Optional.of(found), store.find(id));
        }
        store.check(Depth.CONTENT, false, fault -> {
            throw new AssertionError(fault.toString());
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void suchAnImageIsPulledAndOutlivesTheStore(boolean byDigest) throws Exception {
        try (var store = open("store")) {
            var pulled = pull(store, byDigest ? "@" + named : "");
            isTheImage(store, pulled);
            assertEquals(List.of(registry.host() + "/app@" + named), pulled.repoDigests());
        }
        try (var store = open("store")) {
            isTheImage(store, store.list().getFirst());
            var requests = registry.requests.size();
            pull(store, byDigest ? "@" + named : "");
            assertEquals(requests + 1, registry.requests.size(), "a HEAD request is enough");
            store.remove(image.config.toString());
            assertEquals(List.of(), store.list());
        }
        try (var left = Files.list(directory.resolve("store/blobs/sha512"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void itIsExportedAndImported() throws Exception {
        var archive = new ByteArrayOutputStream();
        try (var store = open("store")) {
            pull(store, "");
            store.export(List.of(registry.host() + "/app"), archive);
        }
        try (var other = open("other");
                var arriving = other.importing()) {
            arriving.write(ByteBuffer.wrap(archive.toByteArray()));
            isTheImage(other, arriving.finish(Optional.empty()).getFirst());
        }
    }

    @Test
    void anotherContentIsCorrupt() throws Exception {
        try (var store = TestStore.open(directory)) {
            registry.document("/v2/app/blobs/" + LIKE.likewise(UPPER), "application/octet-stream", LOWER);
            var message = store.refusal(PullException.Corrupt.class, registry.host() + "/app");
            assertTrue(message.contains(LIKE.likewise(LOWER).toString()), message);
            registry.document("/v2/app/blobs/" + image.config, "application/octet-stream", TestImage.json(Map.of()));
            store.refusal(PullException.Corrupt.class, registry.host() + "/app");
        }
    }
}
