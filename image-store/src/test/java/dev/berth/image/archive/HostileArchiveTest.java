package dev.berth.image.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.ImageStore;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestTar;
import dev.berth.image.catalog.Image;
import dev.berth.image.oci.Digest;
import dev.berth.image.pull.PullException;
import dev.berth.image.registry.Registries;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that an attacker made: refused with a clear error, in bounded memory, leaving nothing. */
final class HostileArchiveTest {
    private static final byte[] LAYER = new TestTar().file("x", "1").bytes();

    @TempDir
    Path directory;

    private String refused(byte[] archive) throws Exception {
        try (var store =
                ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT)) {
            store.leasesRestored();
            var failure = assertThrows(PullException.class, () -> take(store, archive));
            assertEquals(List.of(), store.list());
            try (var left = Files.list(directory.resolve("store/staging"))) {
                assertEquals(0, left.count());
            }
            return String.valueOf(failure.getMessage());
        }
    }

    private static List<Image> take(ImageStore store, byte[] archive) throws Exception {
        try (var arriving = store.importing()) {
            arriving.write(ByteBuffer.wrap(archive));
            return arriving.finish(Optional.empty());
        }
    }

    private static TestTar put(TestTar tar, String name, byte[] content) {
        return tar.file(name, content, 0644, 0, 0, Map.of());
    }

    private static byte[] docker(TestImage image, String config, String layer) {
        var tar = new TestTar();
        image.blobs.forEach((digest, bytes) -> put(tar, digest.hex(), bytes));
        return put(
                        tar,
                        "manifest.json",
                        TestImage.json(List.of(
                                Map.of("Config", config, "RepoTags", List.of("a/b:c"), "Layers", List.of(layer)))))
                .bytes();
    }

    @Test
    void cve_2023_25153_documentsBeyondTheirLimitAreNotRead() throws Exception {
        var large = new byte[5 << 20];
        assertTrue(refused(put(new TestTar(), "index.json", large).bytes()).contains("the limit is"));
        assertTrue(refused(put(new TestTar(), "manifest.json", large).bytes()).contains("the limit is"));
        var config = put(new TestTar(), "config", new byte[17 << 20]);
        var names = TestImage.json(List.of(Map.of("Config", "config", "Layers", List.of())));
        assertTrue(refused(put(config, "manifest.json", names).bytes()).contains("the limit is"));
        var deep = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        assertTrue(refused(put(new TestTar(), "manifest.json", deep).bytes()).contains("JSON"));
        var many = ("{\"manifests\":[" + "{},".repeat(200_000) + "{}]}").getBytes(StandardCharsets.UTF_8);
        assertTrue(refused(put(new TestTar(), "index.json", many).bytes()).contains("JSON"));
    }

    @Test
    void namesBeyondTheirLimitsAreNotKept() throws Exception {
        assertTrue(refused(put(new TestTar(), "n".repeat(5_000), new byte[0]).bytes())
                .contains("names too long"));
        var links = new TestTar().symlink("l", "t".repeat(5_000));
        assertTrue(refused(links.bytes()).contains("names too long"));
    }

    @Test
    void cve_2021_41190_aDocumentThatIsBothManifestAndIndexIsRefused() throws Exception {
        var both = TestImage.json(Map.of("schemaVersion", 2, "manifests", List.of(), "layers", List.of()));
        var index = TestImage.json(Map.of("manifests", List.of(TestImage.descriptor(TestImage.MANIFEST_TYPE, both))));
        var tar = put(new TestTar(), "index.json", index);
        assertTrue(refused(
                        put(tar, "blobs/sha256/" + Digest.of(both).hex(), both).bytes())
                .contains("both an index and a manifest"));
    }

    @Test
    void aDocumentOfAnotherDigestIsRefused() throws Exception {
        var manifest = TestImage.of(Layer.plain(LAYER)).manifest;
        var index =
                TestImage.json(Map.of("manifests", List.of(TestImage.descriptor(TestImage.MANIFEST_TYPE, manifest))));
        var tar = put(new TestTar(), "index.json", index);
        assertTrue(refused(put(tar, "blobs/sha256/" + Digest.of(manifest).hex(), new byte[] {1})
                        .bytes())
                .contains("does not have the digest"));
    }

    @Test
    void aNameThatClimbsIsOnlyANameInTheArchive() throws Exception {
        var image = TestImage.of(Layer.plain(LAYER));
        var outside = Files.writeString(directory.resolve("outside"), "{}");
        assertTrue(refused(docker(
                        image, "../../../../../.." + outside, Digest.of(LAYER).hex()))
                .contains("has no file"));
        assertTrue(
                refused(docker(image, image.config.hex(), outside.toString())).contains("has no file"));
        var tar = new TestTar().symlink("manifest.json", outside.toString());
        assertTrue(refused(tar.bytes()).contains("holds no images"));
        var loop = new TestTar().symlink("manifest.json", "other").symlink("other", "manifest.json");
        assertTrue(refused(loop.bytes()).contains("holds no images"));
    }

    @Test
    void aLayerThatIsNotThatOfTheConfigIsRefused() throws Exception {
        var image = TestImage.of(Layer.plain(LAYER));
        var other = new TestTar().file("y", "2").bytes();
        var tar = put(new TestTar(), "config", image.blobs.getOrDefault(image.config, new byte[0]));
        put(tar, "layer", other);
        put(tar, "manifest.json", TestImage.json(List.of(Map.of("Config", "config", "Layers", List.of("layer")))));
        refused(tar.bytes());
    }

    @Test
    void whatIsNoArchiveOrEndsTooEarlyIsRefused() throws Exception {
        refused("no tar at all, but long enough for a block".repeat(20).getBytes(StandardCharsets.UTF_8));
        refused(new byte[0]);
        assertTrue(refused(TestImage.gzipped(LAYER)).contains("compressed"));
        var image = TestImage.of(Layer.plain(LAYER));
        var whole = docker(image, image.config.hex(), Digest.of(LAYER).hex());
        refused(Arrays.copyOf(whole, 1500));
    }

    @Test
    void anInvalidNameIsRefusedAndNotPrinted() throws Exception {
        var image = TestImage.of(Layer.plain(LAYER));
        var tar = new TestTar();
        image.blobs.forEach((digest, bytes) -> put(tar, digest.hex(), bytes));
        put(
                tar,
                "manifest.json",
                TestImage.json(List.of(Map.of(
                        "Config", image.config.hex(),
                        "RepoTags", List.of("../../etc:passwd"),
                        "Layers", List.of(Digest.of(LAYER).hex())))));
        assertTrue(refused(tar.bytes()).contains("name the image yourself"));
    }
}
