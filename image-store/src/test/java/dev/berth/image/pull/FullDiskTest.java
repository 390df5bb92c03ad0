package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestTar;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.registry.Registries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is too small for an image: the pull says so, leaves nothing, and harms nothing. */
final class FullDiskTest {
    @TempDir
    Path directory;

    private Path disk = Path.of("/nowhere");

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=16m,nr_inodes=400", "berth-test", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static void run(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static byte[] file(int size) {
        var content = new byte[size];
        new Random(1).nextBytes(content);
        return new TestTar().file("large", content, 0644, 0, 0, Map.of()).bytes();
    }

    private void failsAndLeavesNothing(byte[] archive, String expected) throws Exception {
        try (var small = MisbehavingRegistry.serving(
                        TestImage.of(Layer.gzip(new TestTar().file("x", "1").bytes())));
                var registry = MisbehavingRegistry.serving(TestImage.of(Layer.gzip(archive)));
                var store = ImageStore.open(disk.resolve("store"), new Registries(disk), StoreSettings.DEFAULT)) {
            store.leasesRestored();
            var there = store.pull(PullRequest.anonymous(ImageReference.parse(small.host() + "/app")));
            var request = PullRequest.anonymous(ImageReference.parse(registry.host() + "/app"));
            var failure = assertThrows(PullException.Storage.class, () -> store.pull(request));
            assertTrue(String.valueOf(failure.getMessage()).contains(expected), failure.getMessage());
            assertEquals(List.of(there), store.list());
            try (var left = Files.list(disk.resolve("store/staging"))) {
                assertEquals(0, left.count());
            }
            assertTrue(Files.exists(there.layers().getFirst().resolve("x")));
        }
    }

    @Test
    void aLayerThatIsLargerThanTheRoomIsNotEvenBegun() throws Exception {
        failsAndLeavesNothing(file(20 << 20), "in reserve");
    }

    @Test
    void aLayerThatGrowsBeyondTheRoomIsStopped() throws Exception {
        var zeros = new TestTar().file("zeros", new byte[40 << 20], 0644, 0, 0, Map.of());
        failsAndLeavesNothing(zeros.bytes(), "");
    }

    @Test
    void aDiskWithoutRoomForMoreFilesSaysSo() throws Exception {
        var tar = new TestTar();
        for (var i = 0; i < 1000; i++) {
            tar.file("f" + i, "");
        }
        failsAndLeavesNothing(tar.bytes(), "No space left");
    }
}
