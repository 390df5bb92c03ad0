package dev.berth.image;

import dev.berth.image.PullReport.Outcome;
import dev.berth.image.archive.ArchiveException;
import dev.berth.image.contents.Depth;
import dev.berth.image.download.PartFolder;
import dev.berth.image.layer.LayerException;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.RegistryException;
import dev.berth.image.registry.RegistrySession;
import dev.berth.image.tar.TarFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of this host: their documents, layers and records below one directory. Threads exist only while something is pulled or
 * deleted.
 */
public final class ImageStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

    /** The documents of each are in memory while it runs; more wait for their turn. */
    private static final int MOST_PULLS = 16;

    private record Running(Thread thread, CompletableFuture<Image> result) {}

    private final StorePaths paths;
    private final Registries registries;
    private final StoreSettings settings;
    private final FileChannel lock;
    private final Trash trash;
    private final Layers layers;
    private final Images images;
    private final Pull.Workshop workshop;
    private final Map<PullRequest, Running> pulls = new ConcurrentHashMap<>();
    private final Semaphore turns = new Semaphore(MOST_PULLS, true);
    private final PullHistory history = new PullHistory();
    private final Inspection inspection;
    private volatile boolean ready;

    private ImageStore(StorePaths paths, Registries registries, StoreSettings settings, FileChannel lock) {
        this.paths = paths;
        this.registries = registries;
        this.settings = settings;
        this.lock = lock;
        this.trash = new Trash(paths.trash());
        this.layers = new Layers(paths, trash);
        this.images = new Images(paths, layers, settings.pinned());
        this.inspection = new Inspection(paths, images);
        this.workshop = new Pull.Workshop(
                paths, images, layers, new Parts(PartFolder.at(paths.parts())), trash, new Flights<>());
    }

    /** Opens the store, making what is missing. What an earlier run left half-made is swept; nothing whole is ever deleted. */
    public static ImageStore open(Path root, Registries registries, StoreSettings settings) throws IOException {
        var paths = new StorePaths(root.toAbsolutePath().normalize());
        paths.create();
        var lock = lock(paths);
        try {
            var store = new ImageStore(paths, registries, settings, lock);
            new Recovery(paths, store.images, store.workshop.parts(), store.trash).run();
            return store;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(StorePaths paths) throws IOException {
        var channel = FileChannel.open(paths.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("image store " + paths.root() + " is already open in this process", e);
        }
        channel.close();
        throw new IOException("image store " + paths.root() + " is in use by another process");
    }

    public Path root() {
        return paths.root();
    }

    /**
     * Pulls an image, or joins a pull of an equal request. Interrupting the caller only stops its waiting: the pull goes on for others, and
     * for the next who asks.
     */
    public Image pull(PullRequest request) throws PullException, InterruptedException {
        requireReady();
        var running = pulls.computeIfAbsent(request, this::start);
        try {
            return running.result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PullException failure) {
                throw failure;
            }
            throw new IllegalStateException("pull of " + request.reference(), e.getCause());
        }
    }

    private Running start(PullRequest request) {
        var result = new CompletableFuture<Image>();
        var progress = history.begin(request.reference());
        var name = "pull " + request.reference();
        var thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> perform(request, progress, result));
        thread.start();
        Thread.ofVirtual().name(name).start(() -> PullHistory.narrate(progress, result));
        return new Running(thread, result);
    }

    /** A failure of any kind must reach those who wait. */
    private void perform(PullRequest request, PullProgress progress, CompletableFuture<Image> result) {
        try {
            var image = perform(request, progress);
            history.end(progress, Outcome.SUCCEEDED);
            pulls.remove(request);
            result.complete(image);
        } catch (PullException | RuntimeException | Error e) {
            history.end(progress, e instanceof PullException failure ? Outcome.of(failure) : Outcome.DEFECT);
            pulls.remove(request);
            result.completeExceptionally(e);
        }
    }

    private Image perform(PullRequest request, PullProgress progress) throws PullException {
        try {
            turns.acquire();
        } catch (InterruptedException e) {
            throw closed(request, e);
        }
        try {
            return performNow(request, progress);
        } finally {
            turns.release();
        }
    }

    private static PullException closed(PullRequest request, InterruptedException e) {
        return new PullException.Unreachable("pull of " + request.reference() + ": the image store was closed", e);
    }

    private Image performNow(PullRequest request, PullProgress progress) throws PullException {
        var begin = System.nanoTime();
        LOG.info("pull of {} begins", request.reference());
        try (var session =
                RegistrySession.open(registries, request.reference(), request.credentials(), progress.journal())) {
            var pull = new Pull(request, session, workshop, progress);
            var image = pull.run(settings.parallelLayers());
            LOG.info(
                    "pull of {} ends as {}: {} bytes of layers fetched in {} ms",
                    request.reference(),
                    image.id(),
                    pull.fetched(),
                    (System.nanoTime() - begin) / 1_000_000);
            return image;
        } catch (IOException e) {
            throw failure("pull of " + request.reference() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw closed(request, e);
        }
    }

    static PullException failure(String message, IOException cause) {
        return switch (cause) {
            case RegistryException registry ->
                switch (registry.kind()) {
                    case NOT_FOUND -> new PullException.NotFound(message, cause);
                    case UNAUTHORIZED -> new PullException.Unauthorized(message, cause);
                    case UNREACHABLE -> new PullException.Unreachable(message, cause);
                    case CORRUPT -> new PullException.Corrupt(message, cause);
                    case UNSUPPORTED -> new PullException.Unsupported(message, cause);
                };
            case LayerException.Corrupt _ -> new PullException.Corrupt(message, cause);
            case LayerException.Refused _ -> new PullException.Unsupported(message, cause);
            case ArchiveException _ -> new PullException.Corrupt(message, cause);
            case TarFormatException _ -> new PullException.Corrupt(message, cause);
            case DocumentException document ->
                document.isUnsupported()
                        ? new PullException.Unsupported(message, cause)
                        : new PullException.Corrupt(message, cause);
            default -> new PullException.Storage(message, cause);
        };
    }

    /** The pulls that run, and the last that ended. */
    public List<PullReport> pulls() {
        return history.reports();
    }

    public PullTotals pullTotals() {
        return history.totals();
    }

    /** Begins to take in an archive of images: an OCI layout in a tar, or what {@code docker save} writes. */
    public ImportFile importing() throws IOException {
        requireReady();
        return ImportFile.begin(workshop);
    }

    /**
     * Writes images as an archive that is an OCI layout and a docker-archive at once. A name writes the image with that name, an id with all
     * its tags.
     */
    public void export(List<String> namesOrIds, OutputStream out) throws IOException {
        var export = new Export(paths, layers, out);
        for (var nameOrId : namesOrIds) {
            var image = find(nameOrId).orElseThrow(() -> new NoSuchFileException("image \"" + nameOrId + "\""));
            try (var lease =
                    lease("export", image).orElseThrow(() -> new NoSuchFileException("image \"" + nameOrId + "\""))) {
                export.image(Digest.parse(image.id()), chainIds(lease.layers()), names(image, nameOrId));
            }
        }
        export.finish();
    }

    private static List<String> names(Image image, String nameOrId) {
        return image.repoTags().stream()
                .filter(tag -> isName(tag, nameOrId))
                .findFirst()
                .map(List::of)
                .orElse(image.repoTags());
    }

    private static boolean isName(String tag, String text) {
        try {
            return ImageReference.parse(text).toString().equals(tag);
        } catch (IllegalArgumentException e) {
            return false; // an id
        }
    }

    public List<Image> list() {
        return images.list();
    }

    /** Finds by name (completed as in a pull), by id, or by the beginning of an id's hex digits (at least 4) that only one image has. */
    public Optional<Image> find(String nameOrId) {
        return images.find(nameOrId);
    }

    /** Removes the image with all its names; nothing happens if there is none. Layers go once no image and no lease holds them. */
    public void remove(String nameOrId) throws IOException {
        requireReady();
        images.remove(nameOrId);
    }

    /** What layers, and the parts that failed pulls left, take on disk; known without looking at it. */
    public FilesystemUsage usage() {
        return layers.usage().plus(new FilesystemUsage(workshop.parts().kept(), 0)); // a part's files are few
    }

    /** Keeps the image's layers for a holder (a container's id); empty if the image has been removed meanwhile. */
    public Optional<ImageLease> lease(String holder, Image image) {
        var chainIds = chainIds(image.layers());
        return layers.hold(chainIds)
                ? Optional.of(new LayerLease(holder, image.layers(), chainIds, layers))
                : Optional.empty();
    }

    /** After a restart: keeps for a holder the layers it had, whether or not their image still exists. */
    public ImageLease restoreLease(String holder, List<Path> trees) {
        var chainIds = chainIds(trees);
        for (var chainId : chainIds) {
            try {
                layers.load(chainId);
            } catch (IOException e) {
                LOG.warn("layer {} of {} is damaged: {}", chainId, holder, e.toString());
            }
        }
        layers.claim(chainIds);
        return new LayerLease(holder, trees, chainIds, layers);
    }

    /**
     * Says that all leases of the former run are restored. Before this, nothing can be pulled or removed; from now on layers that nobody
     * holds are deleted.
     */
    public void leasesRestored() throws IOException {
        layers.discardOrphans();
        ready = true;
        inspection.begin();
    }

    /** As {@link #leasesRestored}, where some leases are not known: no layer is deleted before the next start. */
    public void leasesUncertain() {
        layers.keepAll();
        ready = true;
        inspection.begin();
    }

    /**
     * Compares what is on disk with what was written down of it. While this runs, images can be pulled, removed and used.
     *
     * @param repair whether what is damaged is taken out of use: its images are absent then, and the next pull brings what they lack
     */
    public void check(Depth depth, boolean repair, Consumer<Fault> faults) throws IOException, InterruptedException {
        var repairs = repair ? Repairs.of(paths, images) : Repairs.none(images::need);
        new StoreCheck(paths, depth, () -> {}, repairs, faults).run();
    }

    /** The same for a store that nobody has open; nothing is changed. */
    public static void inspect(Path root, Depth depth, Consumer<Fault> faults)
            throws IOException, InterruptedException {
        var paths = new StorePaths(root.toAbsolutePath().normalize());
        try (var _ = lock(paths)) {
            new StoreCheck(paths, depth, () -> {}, Repairs.none(_ -> true), faults).run();
        }
    }

    private void requireReady() {
        if (!ready) {
            throw new IllegalStateException("the leases of image store " + paths.root() + " are not yet restored");
        }
    }

    private List<Digest> chainIds(List<Path> trees) {
        var found = new ArrayList<Digest>();
        for (var tree : trees) {
            var layer = tree.getParent();
            if (layer == null || !paths.layers().equals(layer.getParent())) {
                throw new IllegalArgumentException(tree + " is no layer of image store " + paths.root());
            }
            found.add(new Digest(layer.getFileName().toString()));
        }
        return found;
    }

    /** Ends pulls that are under way, and background deletion after the tree it is at. */
    @Override
    public void close() throws IOException {
        pulls.values().forEach(running -> running.thread.interrupt());
        pulls.values().forEach(running -> running.result.handle((_, _) -> true).join());
        inspection.close();
        trash.close();
        lock.close();
    }
}
