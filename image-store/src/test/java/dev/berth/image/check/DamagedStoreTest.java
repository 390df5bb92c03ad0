package dev.berth.image.check;

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
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.record.FilesystemUsage;
import dev.berth.image.registry.Registries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged in a store is found, told, not served, and fetched again without what is whole. */
final class DamagedStoreTest {
    private static final Layer LOWER =
            Layer.gzip(new TestTar().file("lower", "l".repeat(5000)).bytes());
    private static final Layer UPPER =
            Layer.gzip(new TestTar().file("upper", "u".repeat(5000)).bytes());
    private static final Layer OTHER =
            Layer.gzip(new TestTar().file("other", "o".repeat(5000)).bytes());

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private MisbehavingRegistry first = empty();
    private MisbehavingRegistry second = empty();

    private static MisbehavingRegistry empty() {
        try {
            return MisbehavingRegistry.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void serve() throws IOException {
        open.addAll(List.of(first, second));
        first = MisbehavingRegistry.serving(TestImage.of(LOWER, UPPER));
        second = MisbehavingRegistry.serving(TestImage.of(LOWER, OTHER));
        open.addAll(List.of(first, second));
    }

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    private ImageStore store() throws IOException {
        var store = ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT);
        store.leasesRestored();
        return store;
    }

    private static Image pull(ImageStore store, MisbehavingRegistry registry) throws Exception {
        return store.pull(PullRequest.anonymous(ImageReference.parse(registry.host() + "/app")));
    }

    private static List<Fault> check(ImageStore store, Depth depth, boolean repair) throws Exception {
        var faults = new ArrayList<Fault>();
        store.check(depth, repair, faults::add);
        return faults;
    }

    private static long blobs(MisbehavingRegistry registry) {
        return registry.requests.stream()
                .filter(path -> path.contains("/blobs/"))
                .count();
    }

    @Test
    void aStoreThatIsWholeHasNoFaults() throws Exception {
        try (var store = store()) {
            pull(store, first);
            pull(store, second);
            assertEquals(List.of(), check(store, Depth.CONTENT, true));
            assertEquals(2, store.list().size());
        }
        ImageStore.inspect(directory.resolve("store"), Depth.CONTENT, fault -> {
            throw new AssertionError(fault.toString());
        });
    }

    @Test
    void aDamagedLayerIsToldAndThenNotServedAndFetchedAlone() throws Exception {
        try (var store = store()) {
            var image = pull(store, first);
            var sharing = pull(store, second);
            var lease = store.lease("container", image).orElseThrow();
            Files.writeString(image.layers().getFirst().resolve("lower"), "short");
            var told = check(store, Depth.ATTRIBUTES, false);
            assertEquals(1, told.size());
            assertTrue(told.getFirst().toString().contains("lower has size 5, not 5000"), told.toString());
            assertTrue(told.getFirst().subject().contains(first.host()), told.toString());
            assertTrue(told.getFirst().subject().contains(second.host()), told.toString());
            assertEquals(2, store.list().size());

            check(store, Depth.ATTRIBUTES, true);
            assertEquals(List.of(), store.list());
            assertTrue(store.find(image.id()).isEmpty());
            assertTrue(store.lease("another", image).isEmpty());
            assertTrue(check(store, Depth.ATTRIBUTES, true).getFirst().remedy().contains("pull again"));

            var before = blobs(first);
            assertEquals(image, pull(store, first));
            assertEquals(1, blobs(first) - before, "only the damaged layer is fetched");
            assertEquals(sharing, store.find(sharing.id()).orElseThrow(), "the other image is whole again too");
            assertEquals(List.of(), check(store, Depth.CONTENT, false));
            store.remove(image.id());
            assertTrue(Files.exists(image.layers().getLast().resolve("upper")));
            lease.close();
            assertFalse(Files.exists(image.layers().getLast()));
            store.remove(sharing.id());
            assertEquals(new FilesystemUsage(0, 0), store.usage());
        }
    }

    @Test
    void aChangeThatHidesIsFoundInTheContent() throws Exception {
        try (var store = store()) {
            var image = pull(store, first);
            var file = image.layers().getLast().resolve("upper");
            var time = Files.getLastModifiedTime(file);
            Files.writeString(file, "x".repeat(5000));
            Files.setLastModifiedTime(file, time);
            assertEquals(1, check(store, Depth.CONTENT, true).size());
            assertEquals(List.of(), store.list());
        }
    }

    @Test
    void aLayerThatVanishedIsFetchedByTheNextPullWithoutACheck() throws Exception {
        try (var store = store()) {
            var image = pull(store, first);
            Files.move(image.layers().getFirst().getParent(), directory.resolve("away"));
            var before = blobs(first);
            pull(store, first);
            assertEquals(1, blobs(first) - before);
            assertTrue(Files.exists(image.layers().getFirst().resolve("lower")));
        }
    }

    @Test
    void whatWasDamagedWhileTheStoreWasClosedIsNotServedEither() throws Exception {
        Image image;
        try (var store = store()) {
            image = pull(store, first);
        }
        Files.write(image.layers().getFirst().resolveSibling("contents"), new byte[] {1});
        try (var store = store()) {
            assertEquals(List.of(), store.list());
            var before = blobs(first);
            pull(store, first);
            assertEquals(1, blobs(first) - before, "what is whole has been kept");
            assertEquals(List.of(image), store.list());
        }
    }

    @Test
    void anImageWithoutItsConfigGetsItBackByAPull() throws Exception {
        Image image;
        try (var store = store()) {
            image = pull(store, first);
            var config = directory
                    .resolve("store/blobs/sha256")
                    .resolve(Digest.parse(image.id()).hex());
            Files.writeString(config, "{}");
            assertEquals(1, check(store, Depth.ATTRIBUTES, true).size());
            assertEquals(List.of(), store.list());
        }
        try (var store = store()) {
            assertEquals(List.of(), store.list());
            var before = blobs(first);
            assertEquals(image, pull(store, first));
            assertEquals(1, blobs(first) - before, "only the config is fetched");
        }
    }

    /** A directory stands for a file on a disk that gives errors: neither can be read, and neither says what the file holds. */
    private void cannotBeReadForAWhile(ImageStore store, Path file) throws Exception {
        var served = store.list();
        var away = directory.resolve("away");
        Files.move(file, away);
        Files.createDirectory(file);
        var told = check(store, Depth.CONTENT, true);
        Files.delete(file);
        Files.move(away, file);
        assertEquals(1, told.size(), told.toString());
        assertTrue(told.getFirst().toString().contains("cannot be read"), told.toString());
        assertEquals(served, store.list());
        assertEquals(List.of(), check(store, Depth.CONTENT, true));
    }

    @Test
    void whatOnlyCannotBeReadIsToldAndStaysInUse() throws Exception {
        try (var store = store()) {
            var image = pull(store, first);
            var id = Digest.parse(image.id()).hex();
            cannotBeReadForAWhile(store, directory.resolve("store/blobs/sha256/" + id));
            cannotBeReadForAWhile(store, directory.resolve("store/images/" + id + ".json"));
            cannotBeReadForAWhile(store, image.layers().getFirst().resolveSibling("layer.json"));
        }
    }

    @Test
    void anImageWhoseRecordIsDamagedIsGoneUntilItIsPulled() throws Exception {
        try (var store = store()) {
            var image = pull(store, first);
            var record =
                    directory.resolve("store/images/" + Digest.parse(image.id()).hex() + ".json");
            Files.writeString(record, "{");
            assertEquals(1, check(store, Depth.ATTRIBUTES, true).size());
            assertEquals(List.of(), store.list());
            assertEquals(image, pull(store, first));
            assertTrue(Files.exists(record));
            assertEquals(List.of(), check(store, Depth.CONTENT, true));
        }
    }

    @Test
    void anIncompleteImageCanBeRemoved() throws Exception {
        try (var store = store()) {
            var image = pull(store, first);
            Files.delete(image.layers().getFirst().resolve("lower"));
            check(store, Depth.ATTRIBUTES, true);
            store.remove(first.host() + "/app");
            assertEquals(new FilesystemUsage(0, 0), store.usage());
            assertFalse(Files.exists(image.layers().getLast()));
        }
    }

    @Test
    void theFilesOfADamagedLayerStayForItsHolderUntilItHasGone() throws Exception {
        List<Path> layers;
        try (var store = store()) {
            var image = pull(store, first);
            layers = image.layers();
            Files.delete(layers.getFirst().resolve("lower"));
            check(store, Depth.ATTRIBUTES, true);
        }
        try (var store =
                ImageStore.open(directory.resolve("store"), new Registries(directory), StoreSettings.DEFAULT)) {
            var _ = store.restoreLease("container", layers);
            store.leasesRestored();
            assertEquals(1, quarantined());
            store.remove(first.host() + "/app");
        }
        try (var store = store()) {
            assertEquals(List.of(), store.list());
            assertEquals(0, quarantined());
        }
    }

    private long quarantined() throws IOException {
        try (var found = Files.list(directory.resolve("store/quarantine"))) {
            return found.count();
        }
    }
}
