package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestTar;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.registry.Registries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of a pull leaves nothing that counts. */
final class KilledPullTest {
    private static final byte[] SMALL = new TestTar().file("small", "x").bytes();
    private static final byte[] LARGE =
            new TestTar().file("large", new byte[1 << 20], 0644, 0, 0, Map.of()).bytes();

    @TempDir
    Path directory;

    /** What the child process runs: one pull into the store. */
    static final class Child {
        public static void main(String[] arguments) throws Exception {
            try (var store = ImageStore.open(
                    Path.of(arguments[0]), new Registries(Path.of("/nonexistent")), StoreSettings.DEFAULT)) {
                store.leasesRestored();
                store.pull(PullRequest.anonymous(ImageReference.parse(arguments[1])));
            }
        }
    }

    @Test
    void noHalfImageIsLeftAndTheNextPullWorks() throws Exception {
        var image = TestImage.of(Layer.gzip(SMALL), Layer.plain(LARGE));
        var root = directory.resolve("store");
        try (var registry = MisbehavingRegistry.serving(image)) {
            var path = "/v2/app/blobs/" + Digest.of(LARGE);
            var half = new CountDownLatch(1);
            var end = new CountDownLatch(1);
            registry.on(path, exchange -> {
                exchange.sendResponseHeaders(200, LARGE.length);
                exchange.getResponseBody().write(LARGE, 0, LARGE.length / 2);
                exchange.getResponseBody().flush();
                half.countDown();
                await(end);
            });
            var child = child(root, registry.host() + "/app");
            half.await();
            child.destroyForcibly().waitFor();
            end.countDown();
            registry.document(path, "application/octet-stream", LARGE);
            assertFalse(entries(root.resolve("staging")).isEmpty(), "the pull was under way");
            recover(root, registry.host() + "/app", image);
        }
    }

    private static void recover(Path root, String name, TestImage image) throws Exception {
        try (var store = ImageStore.open(root, new Registries(root), StoreSettings.DEFAULT)) {
            store.leasesRestored();
            assertEquals(List.of(), store.list());
            assertEquals(List.of(), entries(root.resolve("staging")));
            assertEquals(List.of(), entries(root.resolve("layers")));
            var pulled = store.pull(PullRequest.anonymous(ImageReference.parse(name)));
            assertEquals(image.config.toString(), pulled.id());
            assertTrue(Files.size(pulled.layers().getLast().resolve("large")) == 1 << 20);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (var found = Files.list(directory)) {
            return found.toList();
        }
    }

    private Process child(Path root, String name) throws IOException {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Child.class.getName(),
                root.toString(),
                name);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("child.log").toFile())
                .start();
    }

    @Test
    void aDamagedRecordIsSetAsideAndTheRestStays() throws Exception {
        var image = TestImage.of(Layer.gzip(SMALL));
        var root = directory.resolve("store");
        try (var registry = MisbehavingRegistry.serving(image)) {
            try (var store = ImageStore.open(root, new Registries(root), StoreSettings.DEFAULT)) {
                store.leasesRestored();
                store.pull(PullRequest.anonymous(ImageReference.parse(registry.host() + "/app")));
            }
            Files.write(
                    root.resolve("images/" + "0".repeat(64) + ".json"), "{\"id\":".getBytes(StandardCharsets.UTF_8));
            try (var store = ImageStore.open(root, new Registries(root), StoreSettings.DEFAULT)) {
                assertEquals(1, store.list().size());
                assertEquals(1, entries(root.resolve("quarantine")).size());
            }
            Files.delete(root.resolve("blobs/sha256").resolve(image.config.hex()));
            try (var store = ImageStore.open(root, new Registries(root), StoreSettings.DEFAULT)) {
                assertEquals(List.of(), store.list());
                assertEquals(1, entries(root.resolve("quarantine")).size());
            }
        }
    }
}
