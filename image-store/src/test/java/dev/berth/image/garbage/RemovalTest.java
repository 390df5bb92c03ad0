package dev.berth.image.garbage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestTar;
import dev.berth.image.catalog.Image;
import dev.berth.image.contents.Depth;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.record.FilesystemUsage;
import dev.berth.image.registry.Registries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removal: by any name, while others pull, and quick however many files there are. */
final class RemovalTest {
    private static final int ROUNDS = 40;
    private static final Layer SHARED =
            Layer.gzip(new TestTar().file("shared", "s").bytes());

    @TempDir
    Path directory;

    private ImageStore store(StoreSettings settings) throws IOException {
        var store = ImageStore.open(directory.resolve("store"), new Registries(directory), settings);
        store.leasesRestored();
        return store;
    }

    private static Image pull(ImageStore store, MisbehavingRegistry registry) throws Exception {
        return store.pull(PullRequest.anonymous(ImageReference.parse(registry.host() + "/app")));
    }

    @Test
    void pullsAndRemovalsOfImagesThatShareALayerDoNotHarmEachOther() throws Exception {
        var one = TestImage.of(SHARED, Layer.gzip(new TestTar().file("one", "1").bytes()));
        var two = TestImage.of(SHARED, Layer.gzip(new TestTar().file("two", "2").bytes()));
        try (var first = MisbehavingRegistry.serving(one);
                var second = MisbehavingRegistry.serving(two);
                var store = store(StoreSettings.DEFAULT);
                var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> pulling = () -> pulledWhole(store, first);
            Callable<Boolean> others = () -> pulledWhole(store, second);
            Callable<Boolean> removing = () -> removed(store, one.config.toString());
            Callable<Boolean> removingOthers = () -> removed(store, two.config.toString());
            for (var done : threads.invokeAll(List.of(pulling, others, removing, removingOthers))) {
                assertTrue(done.get());
            }
            store.remove(one.config.toString());
            store.remove(two.config.toString());
            assertEquals(List.of(), store.list());
            assertEquals(new FilesystemUsage(0, 0), store.usage());
            pull(store, first);
            store.check(Depth.CONTENT, false, fault -> {
                throw new AssertionError(fault.toString());
            });
        }
    }

    private static boolean pulledWhole(ImageStore store, MisbehavingRegistry registry) throws Exception {
        for (var i = 0; i < ROUNDS; i++) {
            var image = pull(store, registry);
            var lease = store.lease("container", image); // empty if it has just been removed
            if (lease.isPresent()) {
                try (var held = lease.get()) {
                    assertTrue(held.layers().stream().allMatch(Files::isDirectory));
                    assertTrue(Files.exists(held.layers().getFirst().resolve("shared")));
                }
            }
        }
        return true;
    }

    private static boolean removed(ImageStore store, String id) throws IOException {
        for (var i = 0; i < ROUNDS; i++) {
            store.remove(id);
            store.remove(id);
        }
        return true;
    }

    @Test
    void manyFilesAreOnlyRenamedByTheCall() throws Exception {
        var tar = new TestTar();
        for (var i = 0; i < 20_000; i++) {
            tar.file("d" + i % 100 + "/f" + i, "");
        }
        try (var registry = MisbehavingRegistry.serving(TestImage.of(Layer.gzip(tar.bytes())));
                var store = store(StoreSettings.DEFAULT)) {
            var image = pull(store, registry);
            store.remove(image.id());
            try (var trash = Files.list(directory.resolve("store/trash"))) {
                assertTrue(trash.findAny().isPresent(), "the files go slowly, after the call");
            }
            assertFalse(Files.exists(image.layers().getFirst()));
            assertEquals(new FilesystemUsage(0, 0), store.usage());
        }
    }

    @Test
    void cve_2026_53488_labelsOfAnImageAreDataAndPinNothing() throws Exception {
        var image = TestImage.labelled(
                Map.of(
                        "io.cri-containerd.pinned", "pinned",
                        "io.cri-containerd.image", "managed",
                        "containerd.io/restart.loguri", "binary:///bin/sh",
                        "containerd.io/gc.root", "now",
                        "dev.berth.pinned", "true"),
                SHARED);
        try (var registry = MisbehavingRegistry.serving(image);
                var store = store(StoreSettings.DEFAULT)) {
            var pulled = pull(store, registry);
            assertFalse(pulled.pinned());
            store.remove(pulled.id());
            assertEquals(List.of(), store.list());
        }
    }

    @Test
    void aPinnedImageSaysSoAndCanStillBeRemovedByItsName() throws Exception {
        try (var registry = MisbehavingRegistry.serving(TestImage.of(SHARED));
                var store = store(new StoreSettings(List.of("*/app:latest"), 3))) {
            assertTrue(pull(store, registry).pinned());
            store.remove(registry.host() + "/app");
            store.remove(registry.host() + "/app");
            assertEquals(List.of(), store.list());
        }
    }
}
