package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.image.ImageStore;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.StoreSettings;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestTar;
import dev.berth.image.catalog.Image;
import dev.berth.image.download.Part;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.http.Transfer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that are fetched by ranges, and what is left of them for the next pull. */
final class LargeLayerTest {
    private static final Transfer HASTY = new Transfer(
            1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(20), 2, Duration.ofMillis(1), Duration.ofMillis(50));
    private static final byte[] NOISE = noise();
    private static final byte[] BLOB =
            new TestTar().file("noise", NOISE, 0644, 0, 0, Map.of()).bytes();
    private static final TestImage IMAGE = TestImage.of(Layer.plain(BLOB));
    private static final String PATH = "/v2/app/blobs/" + Digest.of(BLOB);

    @TempDir
    Path directory;

    private final RangeServer server = new RangeServer(BLOB);
    private final AtomicReference<@Nullable ImageStore> cancelled = new AtomicReference<>();
    private MisbehavingRegistry registry;

    private static byte[] noise() {
        var bytes = new byte[(int) Parts.LARGE + (1 << 20)];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void serve() throws IOException {
        registry = MisbehavingRegistry.serving(IMAGE);
        registry.on(PATH, server);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private ImageStore store() throws IOException {
        var store = ImageStore.open(
                directory.resolve("store"), new Registries(directory.resolve("certs.d"), HASTY), StoreSettings.DEFAULT);
        store.leasesRestored();
        return store;
    }

    private Path parts() {
        return directory.resolve("store/parts");
    }

    private Path part() {
        return parts().resolve(Digest.of(BLOB).hex());
    }

    private long stored() throws IOException {
        return new Part(part(), BLOB.length).stored();
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (var found = Files.list(folder)) {
            return found.toList();
        }
    }

    private void pulls(ImageStore store) throws Exception {
        var image = store.pull(PullRequest.anonymous(ImageReference.parse(registry.host() + "/app")));
        assertEquals(IMAGE.config.toString(), image.id());
        assertArrayEquals(NOISE, Files.readAllBytes(image.layers().getFirst().resolve("noise")));
        assertEquals(List.of(), entries(parts()), "a part is deleted once its layer is there");
        assertEquals(List.of(), entries(directory.resolve("store/staging")));
    }

    private void breaksOffAfter(ImageStore store, long bytes) {
        server.allowance.set(bytes);
        assertThrows(
                PullException.Unreachable.class,
                () -> store.pull(PullRequest.anonymous(ImageReference.parse(registry.host() + "/app"))));
        server.allowance.set(Long.MAX_VALUE);
        server.served.set(0);
        server.ranges.clear();
    }

    @Test
    void aLargeLayerComesInRanges() throws Exception {
        try (var store = store()) {
            pulls(store);
        }
        assertEquals(6, server.ranges.size(), server.ranges.toString());
        assertTrue(server.ranges.contains("bytes=8388608-16777215"), server.ranges.toString());
        assertEquals(BLOB.length + 1, server.served.get());
    }

    @Test
    void aHostWithoutRangesIsAskedForTheWhole() throws Exception {
        registry.document(PATH, "application/octet-stream", BLOB);
        var old = Files.createDirectories(parts().resolve("a".repeat(64)));
        Files.write(old.resolve("0"), new byte[100]);
        try (var store = store()) {
            assertEquals(100, store.usage().bytes());
            Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
            pulls(store); // each pull's end is a time to sweep
        }
        assertEquals(2, registry.requests.stream().filter(PATH::equals).count());
    }

    @Test
    void aHostThatAnswersWithAnotherRangeIsAskedForTheWhole() throws Exception {
        registry.on(PATH, exchange -> {
            if (exchange.getRequestHeaders().getFirst("Range") == null) {
                MisbehavingRegistry.answer(exchange, 200, "application/octet-stream", BLOB);
                return;
            }
            exchange.getResponseHeaders().set("Content-Range", "bytes 5-5/" + BLOB.length);
            MisbehavingRegistry.answer(exchange, 206, "application/octet-stream", new byte[1]);
        });
        try (var store = store()) {
            pulls(store);
        }
    }

    @Test
    void whatArrivedOfAFailedPullIsNotFetchedAgain() throws Exception {
        var arrived = 0L;
        try (var store = store()) {
            breaksOffAfter(store, 20 << 20);
            arrived = stored();
            assertTrue(arrived > 0);
            assertEquals(arrived, store.usage().bytes());
            pulls(store);
        }
        assertEquals(BLOB.length + 1 - arrived, server.served.get());
    }

    @Test
    void aPartOutlivesItsStore() throws Exception {
        try (var store = store()) {
            breaksOffAfter(store, 20 << 20);
        }
        var arrived = stored();
        assertTrue(arrived > 0);
        try (var store = store()) {
            pulls(store);
        }
        assertEquals(BLOB.length + 1 - arrived, server.served.get());
    }

    @Test
    void aChangedPartIsFetchedAnewWithinThePull() throws Exception {
        try (var store = store()) {
            breaksOffAfter(store, 20 << 20);
            try (var file = new RandomAccessFile(part().resolve("0").toFile(), "rw")) {
                file.seek(1000);
                file.write(file.read() ^ 1);
            }
            pulls(store);
        }
        assertTrue(server.served.get() > BLOB.length);
    }

    @Test
    void aShortenedPartIsFilledUp() throws Exception {
        try (var store = store()) {
            breaksOffAfter(store, 20 << 20);
            try (var file = new RandomAccessFile(part().resolve("0").toFile(), "rw")) {
                file.setLength(77);
            }
            pulls(store);
        }
        assertTrue(server.ranges.contains("bytes=77-8388607"), server.ranges.toString());
    }

    @Test
    void anOldPartIsSweptAtTheStart() throws Exception {
        try (var store = store()) {
            breaksOffAfter(store, 20 << 20);
        }
        Files.setLastModifiedTime(part(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        try (var store = store()) {
            assertEquals(List.of(), entries(parts()));
            assertEquals(List.of(), store.list());
        }
    }

    private void pullInto() {
        var store = Objects.requireNonNull(cancelled.get());
        assertThrows(
                PullException.class,
                () -> store.pull(PullRequest.anonymous(ImageReference.parse(registry.host() + "/app"))));
    }

    /** Lets two pieces pass and says so. */
    private void haltAtThirdPiece(CountDownLatch reached, CountDownLatch end) {
        registry.on(PATH, exchange -> {
            if ("bytes=16777216-25165823".equals(exchange.getRequestHeaders().getFirst("Range"))) {
                while (stored() < 16L << 20) {
                    Thread.onSpinWait();
                }
                reached.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            server.handle(exchange);
        });
    }

    @Test
    void aCancelledPullLeavesWhatArrived() throws Exception {
        var reached = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        haltAtThirdPiece(reached, end);
        var pull = Thread.ofVirtual().unstarted(this::pullInto);
        try (var store = store()) {
            cancelled.set(store);
            pull.start();
            reached.await();
        }
        pull.join();
        end.countDown();
        registry.on(PATH, server);
        assertFalse(entries(part()).isEmpty());
        try (var store = store()) {
            pulls(store);
        }
    }

    /** Pulls all that is named, at once. */
    static final class Child {
        public static void main(String[] arguments) throws Exception {
            var root = Path.of(arguments[0]);
            try (var store = ImageStore.open(root, new Registries(root), StoreSettings.DEFAULT);
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                store.leasesRestored();
                var pulls = new ArrayList<Callable<Image>>();
                for (var name : List.of(arguments).subList(1, arguments.length)) {
                    pulls.add(() -> store.pull(PullRequest.anonymous(ImageReference.parse(name))));
                }
                for (var pull : threads.invokeAll(pulls)) {
                    pull.get();
                }
            }
        }
    }

    private Process child(String... names) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Child.class.getName(),
                directory.resolve("store").toString()));
        command.addAll(List.of(names));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("child.log").toFile())
                .start();
    }

    @Test
    void aKilledPullLeavesWhatArrived() throws Exception {
        var reached = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        haltAtThirdPiece(reached, end);
        var child = child(registry.host() + "/app");
        reached.await();
        child.destroyForcibly().waitFor();
        end.countDown();
        registry.on(PATH, server);
        var arrived = stored();
        server.served.set(0);
        try (var store = store()) {
            pulls(store);
        }
        assertEquals(BLOB.length + 1 - arrived, server.served.get());
    }

    /** Five large layers at once, each of 33 MiB, in a heap of 24 MiB. */
    @Test
    void severalPullsAtOnceNeedLittleMemory() throws Exception {
        var names = new ArrayList<String>();
        for (var number = 0; number < 5; number++) {
            names.add(serveAnother(number));
        }
        var status = child(names.toArray(String[]::new)).waitFor();
        assertEquals(0, status, () -> log());
        try (var store = store()) {
            assertEquals(5, store.list().size());
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("child.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String serveAnother(int number) {
        var archive = new TestTar()
                .file("noise" + number, NOISE, 0644, 0, 0, Map.of())
                .bytes();
        var image = TestImage.of(number % 2 == 0 ? Layer.plain(archive) : Layer.zstd(archive));
        var place = "/v2/other" + number + "/";
        registry.document(place + "manifests/latest", TestImage.MANIFEST_TYPE, image.manifest);
        image.blobs.forEach((digest, bytes) -> registry.on(place + "blobs/" + digest, new RangeServer(bytes)));
        return registry.host() + "/other" + number;
    }
}
