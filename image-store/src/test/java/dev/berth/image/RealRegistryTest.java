package dev.berth.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.TestImage.Layer;
import dev.berth.image.catalog.Image;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullException;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.record.FilesystemUsage;
import dev.berth.image.registry.Registries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RealRegistryTest {
    private static final byte[] LOWER = new TestTar()
            .directory("etc", 0755)
            .file("etc/name", "lower")
            .file("etc/gone", "x")
            .bytes();
    private static final byte[] UPPER =
            new TestTar().file("etc/name", "upper").file("etc/.wh.gone", "").bytes();
    private static final byte[] THIRD = new TestTar().file("bin/sh", "#!").bytes();

    @TempDir
    Path directory;

    private ImageStore open() throws IOException {
        var store = ImageStore.open(
                directory.resolve("store"), new Registries(directory.resolve("certs.d")), StoreSettings.DEFAULT);
        store.leasesRestored();
        return store;
    }

    private static TestImage image() {
        return TestImage.of(Layer.gzip(LOWER), Layer.zstd(UPPER), Layer.plain(THIRD));
    }

    private static Image pull(ImageStore store, String name) throws PullException, InterruptedException {
        return store.pull(PullRequest.anonymous(ImageReference.parse(name)));
    }

    @Test
    void anImageOfEveryCompressionIsPulledAndUnpacked() throws Exception {
        try (var registry = DockerRegistry.start(directory);
                var store = open()) {
            var source = image();
            registry.push("team/app", "v1", source);
            var image = pull(store, registry.host() + "/team/app:v1");
            assertEquals(source.config.toString(), image.id());
            assertEquals(List.of(registry.host() + "/team/app:v1"), image.repoTags());
            assertEquals(List.of(registry.host() + "/team/app@" + Digest.of(source.manifest)), image.repoDigests());
            assertEquals(3, image.layers().size());
            assertEquals("lower", Files.readString(image.layers().get(0).resolve("etc/name")));
            assertEquals("upper", Files.readString(image.layers().get(1).resolve("etc/name")));
            assertEquals("#!", Files.readString(image.layers().get(2).resolve("bin/sh")));
            assertEquals(List.of("/bin/sh"), image.config().cmd());
            assertEquals(
                    source.blobs.values().stream()
                                    .mapToLong(blob -> blob.length)
                                    .sum()
                            + source.manifest.length,
                    image.size());
        }
    }

    @Test
    void anIndexIsResolvedToThisPlatform() throws Exception {
        try (var registry = DockerRegistry.start(directory);
                var store = open();
                var misbehaving = MisbehavingRegistry.serving(image())) {
            var source = image();
            registry.push("app", "one", source);
            misbehaving.document("/v2/app/manifests/many", TestImage.INDEX_TYPE, source.index());
            var image = pull(store, misbehaving.host() + "/app:many");
            assertEquals(source.config.toString(), image.id());
            assertEquals(List.of(misbehaving.host() + "/app@" + Digest.of(source.index())), image.repoDigests());
            var same = pull(store, registry.host() + "/app:one");
            assertEquals(image.id(), same.id());
            assertEquals(2, same.repoTags().size());
            assertEquals(1, store.list().size());
        }
    }

    @Test
    void aStoreThatIsOpenedAgainHasItsImages() throws Exception {
        try (var registry = DockerRegistry.start(directory)) {
            registry.push("app", "one", image());
            FilesystemUsage usage;
            Image before;
            try (var store = open()) {
                before = pull(store, registry.host() + "/app:one");
                usage = store.usage();
            }
            try (var store = open()) {
                assertEquals(List.of(before), store.list());
                assertEquals(usage, store.usage());
                assertTrue(usage.bytes() > 0 && usage.inodes() > 0);
            }
        }
    }

    @Test
    void aRemovedImageLeavesOnlyWhatALeaseHolds() throws Exception {
        try (var registry = DockerRegistry.start(directory);
                var store = open()) {
            registry.push("app", "one", image());
            registry.push("other", "two", image());
            var image = pull(store, registry.host() + "/app:one");
            pull(store, registry.host() + "/other:two");
            var lease = store.lease("container-1", image).orElseThrow();
            store.remove(registry.host() + "/other:two");
            assertTrue(store.list().isEmpty(), "removal by one tag removes all");
            store.remove(image.id());
            assertTrue(Files.exists(image.layers().getFirst().resolve("etc/name")));
            lease.close();
            assertFalse(Files.exists(image.layers().getFirst()));
            assertEquals(new FilesystemUsage(0, 0), store.usage());
            assertTrue(store.lease("container-2", image).isEmpty());
        }
    }

    @Test
    void aLeaseOfTheFormerRunKeepsLayersWithoutAnImage() throws Exception {
        try (var registry = DockerRegistry.start(directory)) {
            registry.push("app", "one", image());
            List<Path> layers;
            try (var store = open()) {
                var image = pull(store, registry.host() + "/app:one");
                layers = image.layers();
                var _ = store.lease("container", image).orElseThrow();
                store.remove(image.id());
            }
            try (var store =
                    ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT)) {
                try (var lease = store.restoreLease("container", layers)) {
                    store.leasesRestored();
                    assertTrue(Files.exists(lease.layers().getFirst().resolve("etc/name")));
                }
                assertFalse(Files.exists(layers.getFirst()));
            }
        }
    }

    @Test
    void aTagThatMovesLeavesTheOldImageByItsDigest() throws Exception {
        try (var registry = DockerRegistry.start(directory);
                var store = open()) {
            registry.push("app", "latest", image());
            var old = pull(store, registry.host() + "/app");
            registry.push("app", "latest", TestImage.of(Layer.gzip(UPPER)));
            var current = pull(store, registry.host() + "/app");
            assertEquals(
                    current.id(),
                    store.find(registry.host() + "/app").orElseThrow().id());
            var left = store.find(old.id()).orElseThrow();
            assertEquals(List.of(), left.repoTags());
            assertEquals(old.repoDigests(), left.repoDigests());
        }
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        try (var registry = DockerRegistry.start(directory);
                var store = open()) {
            var failure =
                    assertThrows(PullException.NotFound.class, () -> pull(store, registry.host() + "/no/such:thing"));
            var message = String.valueOf(failure.getMessage());
            assertTrue(message.contains(registry.host()) && message.contains("404"), message);
            assertTrue(store.find(registry.host() + "/no/such:thing").isEmpty());
            store.remove(registry.host() + "/no/such:thing");
        }
    }
}
