package dev.berth.image.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestTar;
import dev.berth.image.contents.Depth;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.registry.Registries;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power fails: what is on the disk is what was written to it, and nothing of what the kernel still kept in memory. The store is on a
 * file system in a file, whose bytes are copied while the process that pulls is stopped; the copy is what a start finds.
 */
final class PowerLossTest {
    /** Commits its journal each second, so that names come to the disk long before the content of files does. */
    private static final String MOUNT = "mount -o loop,commit=1 \"$0\" \"$1\" && shift && exec \"$@\"";

    @TempDir
    Path directory;

    /** Pulls one image after the other, and says when it has one. */
    static final class Puller {
        public static void main(String[] arguments) throws Exception {
            try (var store = ImageStore.open(
                    Path.of(arguments[0]), new Registries(Path.of("/nonexistent")), StoreSettings.DEFAULT)) {
                store.leasesRestored();
                System.out.println("open");
                for (var i = 1; i < arguments.length; i++) {
                    var image = store.pull(PullRequest.anonymous(ImageReference.parse(arguments[i])));
                    System.out.println("pulled " + image.id());
                }
                Thread.currentThread().join(); // until it is killed: closing might write something
            }
        }
    }

    /** Looks at what is left, and tells it. */
    static final class Witness {
        public static void main(String[] arguments) throws Exception {
            try (var store = ImageStore.open(
                    Path.of(arguments[0]), new Registries(Path.of("/nonexistent")), StoreSettings.DEFAULT)) {
                store.leasesRestored();
                store.list().forEach(image -> System.out.println("image " + image.id()));
                store.check(Depth.CONTENT, false, fault -> System.out.println("fault " + fault));
                try (var staged = Files.list(Path.of(arguments[0]).resolve("staging"))) {
                    staged.forEach(left -> System.out.println("left " + left));
                }
                try (var layers = Files.list(Path.of(arguments[0]).resolve("layers"))) {
                    System.out.println("layers " + layers.count());
                }
            }
        }
    }

    private static Layer layer(int seed) {
        var random = new Random(seed);
        var tar = new TestTar();
        for (var i = 0; i < 60; i++) {
            var content = new byte[random.nextInt(60_000)];
            random.nextBytes(content);
            tar.file("d" + i % 7 + "/f" + i, content, 0644, 0, 0, Map.of());
        }
        return Layer.plain(tar.bytes());
    }

    private Path disk() throws Exception {
        var disk = directory.resolve("disk");
        Files.createDirectories(directory.resolve("mnt"));
        run("truncate", "-s", "128M", disk.toString());
        run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", disk.toString());
        return disk;
    }

    private void run(String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("command.log").toFile())
                .start();
        assertEquals(0, process.waitFor(), () -> String.join(" ", command));
    }

    /** In a mount namespace of its own: the mount and the loop device go with the process, however that ends. */
    private Process java(Path disk, Class<?> program, String... arguments) throws IOException {
        var mount = directory.resolve("mnt").toString();
        var command = new ArrayList<>(
                List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", MOUNT, disk.toString(), mount));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName(),
                mount + "/store"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("java.log").toFile())
                .start();
    }

    /** What the disk holds now. Two copies that are equal were made while nothing was written. */
    private Path copy(Process puller, Path disk) throws Exception {
        run("kill", "-STOP", Long.toString(puller.pid()));
        var first = directory.resolve("copy-1");
        var second = directory.resolve("copy-2");
        do {
            run("cp", "--sparse=always", disk.toString(), first.toString());
            run("cp", "--sparse=always", disk.toString(), second.toString());
        } while (Files.mismatch(first, second) >= 0);
        return first;
    }

    private List<String> witnessed(Path copy) throws Exception {
        var witness = java(copy, Witness.class);
        var lines = new String(witness.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines();
        var found = lines.toList();
        assertEquals(0, witness.waitFor(), () -> found + " " + log());
        return found;
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("java.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void await(BufferedReader lines, String beginning) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(beginning)) {
                return;
            }
        }
        throw new IOException("the process ended before it said " + beginning);
    }

    @Test
    void anImageThatWasPulledIsWholeWhenThePowerFailsAtOnce() throws Exception {
        var image = TestImage.of(layer(1), layer(2));
        var disk = disk();
        try (var registry = MisbehavingRegistry.serving(image)) {
            var puller = java(disk, Puller.class, registry.host() + "/app");
            try (var lines = puller.inputReader()) {
                await(lines, "pulled");
                var copy = copy(puller, disk);
                assertEquals(List.of("image " + image.config, "layers 2"), witnessed(copy));
            } finally {
                puller.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aPullThatWasUnderWayLeavesNothingAndWhatWasThereBeforeIsWhole() throws Exception {
        var before = TestImage.of(layer(3));
        var image = TestImage.of(layer(4), layer(5));
        var half = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var disk = disk();
        try (var first = MisbehavingRegistry.serving(before);
                var second = MisbehavingRegistry.serving(image)) {
            var last = image.blobs.keySet().stream()
                    .filter(digest -> !digest.equals(image.config))
                    .toList()
                    .getLast();
            stall(second, last, image.blobs.getOrDefault(last, new byte[0]), half, end);
            var puller = java(disk, Puller.class, first.host() + "/app", second.host() + "/app");
            try (var lines = puller.inputReader()) {
                await(lines, "pulled");
                half.await();
                awaitJournal(disk);
                var copy = copy(puller, disk);
                assertEquals(List.of("image " + before.config, "layers 1"), witnessed(copy));
            } finally {
                end.countDown();
                puller.destroyForcibly().waitFor();
            }
        }
    }

    private static void stall(
            MisbehavingRegistry registry, Digest digest, byte[] blob, CountDownLatch half, CountDownLatch end) {
        registry.on("/v2/app/blobs/" + digest, exchange -> {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob, 0, blob.length / 2);
            exchange.getResponseBody().flush();
            half.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
    }

    /** Until the kernel has written something by itself: names of files of the pull whose content it still keeps. */
    private static void awaitJournal(Path disk) throws IOException {
        var before = Files.getLastModifiedTime(disk);
        while (Files.getLastModifiedTime(disk).equals(before)) {
            Thread.onSpinWait();
        }
    }
}
