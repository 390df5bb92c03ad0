package dev.berth.image;

import dev.berth.image.archive.Export;
import dev.berth.image.archive.ImportFile;
import dev.berth.image.catalog.Image;
import dev.berth.image.catalog.Images;
import dev.berth.image.check.Fault;
import dev.berth.image.check.Inspection;
import dev.berth.image.check.Repairs;
import dev.berth.image.check.StoreCheck;
import dev.berth.image.contents.Depth;
import dev.berth.image.download.PartFolder;
import dev.berth.image.garbage.ImageLease;
import dev.berth.image.garbage.LayerLease;
import dev.berth.image.garbage.Layers;
import dev.berth.image.garbage.Trash;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.Flights;
import dev.berth.image.pull.Parts;
import dev.berth.image.pull.PullException;
import dev.berth.image.pull.PullReport;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.pull.PullTotals;
import dev.berth.image.pull.Pulls;
import dev.berth.image.pull.Workshop;
import dev.berth.image.record.FilesystemUsage;
import dev.berth.image.record.StorePaths;
import dev.berth.image.registry.Registries;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of this host: their documents, layers and records below one directory. Threads exist only while something is pulled or
 * deleted.
 */
public final class ImageStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

    private final StorePaths paths;
    private final FileChannel lock;
    private final Trash trash;
    private final Layers layers;
    private final Images images;
    private final Workshop workshop;
    private final Pulls pulls;
    private final Inspection inspection;
    private volatile boolean ready;

    private ImageStore(StorePaths paths, Registries registries, StoreSettings settings, FileChannel lock) {
        this.paths = paths;
        this.lock = lock;
        this.trash = new Trash(paths.trash());
        this.layers = new Layers(paths, trash);
        this.images = new Images(paths, layers, settings.pinned());
        this.inspection = new Inspection(paths, images);
        this.workshop =
                new Workshop(paths, images, layers, new Parts(PartFolder.at(paths.parts())), trash, new Flights<>());
        this.pulls = new Pulls(registries, workshop, settings.parallelLayers());
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
        return pulls.pull(request);
    }

    /** The pulls that run, and the last that ended. */
    public List<PullReport> pulls() {
        return pulls.reports();
    }

    public PullTotals pullTotals() {
        return pulls.totals();
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
                LOG.warn("layer {} of {} is damaged: {}", chainId, holder, Reason.of(e));
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
        pulls.close();
        inspection.close();
        trash.close();
        lock.close();
    }
}
