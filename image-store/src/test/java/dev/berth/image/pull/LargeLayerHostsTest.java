package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.record.FilesystemUsage;
import dev.berth.image.record.StorePaths;
import dev.berth.image.registry.Registries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that are fetched by ranges, where a host or the disk does not go along. */
final class LargeLayerHostsTest {
    private static final byte[] NOISE = noise();
    private static final byte[] BLOB =
            new TestTar().file("noise", NOISE, 0644, 0, 0, Map.of()).bytes();
    private static final String PATH = "/v2/app/blobs/" + Digest.of(BLOB);

    @TempDir
    Path directory;

    private final RangeServer server = new RangeServer(BLOB);

    private static byte[] noise() {
        var bytes = new byte[(int) Parts.LARGE + (1 << 20)];
        new Random(2).nextBytes(bytes);
        return bytes;
    }

    private static String range(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
    }

    @Test
    void aMirrorThatForgetsItsRangesGivesWayToTheNextHost() throws Exception {
        var image = TestImage.of(Layer.plain(BLOB));
        try (var mirror = MisbehavingRegistry.serving(image);
                var upstream = MisbehavingRegistry.serving(image);
                var store = TestStore.open(directory)) {
            var forgetful = new RangeServer(BLOB);
            mirror.on(PATH, exchange -> {
                if (range(exchange).startsWith("bytes=0-")) {
                    forgetful.handle(exchange);
                } else {
                    MisbehavingRegistry.answer(exchange, 200, "application/octet-stream", BLOB);
                }
            });
            upstream.on(PATH, server);
            TestStore.hosts(directory, upstream.host(), "[host.\"http://" + mirror.host() + "\"]\n");
            var pulled = store.pull(upstream.host() + "/app");
            assertArrayEquals(
                    NOISE, Files.readAllBytes(pulled.layers().getFirst().resolve("noise")));
            assertEquals(BLOB.length - (8 << 20), server.served.get(), server.ranges.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    /** A second layer that has more files than the disk takes. */
    private static byte[] manyFiles() {
        var tar = new TestTar();
        for (var i = 0; i < 1000; i++) {
            tar.file("f" + i, "");
        }
        return tar.bytes();
    }

    @Test
    void aPullThatEndsForWantOfRoomLeavesNoParts() throws Exception {
        var disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=128m,nr_inodes=400", "berth-test", disk.toString());
        try {
            failsForWantOfRoom(disk);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private void failsForWantOfRoom(Path disk) throws Exception {
        var many = manyFiles();
        var underWay = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        try (var registry = MisbehavingRegistry.serving(TestImage.of(Layer.plain(BLOB), Layer.plain(many)));
                var store = ImageStore.open(disk.resolve("store"), new Registries(disk), StoreSettings.DEFAULT)) {
            registry.on(PATH, exchange -> {
                if (range(exchange).equals("bytes=16777216-25165823")) {
                    underWay.countDown();
                    await(end);
                }
                server.handle(exchange);
            });
            registry.on("/v2/app/blobs/" + Digest.of(many), exchange -> {
                await(underWay);
                MisbehavingRegistry.answer(exchange, 200, "application/octet-stream", many);
            });
            store.leasesRestored();
            var request = PullRequest.anonymous(ImageReference.parse(registry.host() + "/app"));
            var failure = assertThrows(PullException.Storage.class, () -> store.pull(request));
            assertTrue(String.valueOf(failure.getMessage()).contains("No space left"), failure.getMessage());
            assertEquals(List.of(), StorePaths.entries(disk.resolve("store/parts")));
            assertEquals(new FilesystemUsage(0, 0), store.usage());
        } finally {
            end.countDown();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
