package dev.berth.image;

import dev.berth.image.registry.Registries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The images of this host: their documents, layers and records below one directory. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedMethod"}) // the next commit brings the bodies
public final class ImageStore implements AutoCloseable {
    private final Path root;

    private ImageStore(Path root) {
        this.root = root;
    }

    public static ImageStore open(Path root, Registries registries, StoreSettings settings) throws IOException {
        throw new UnsupportedOperationException(root + " " + registries + " " + settings);
    }

    public Path root() {
        return root;
    }

    public Image pull(PullRequest request) throws PullException, InterruptedException {
        throw new UnsupportedOperationException(request.toString());
    }

    public List<Image> list() {
        throw new UnsupportedOperationException();
    }

    /** Finds by id, by a prefix of the id's hex digits (at least 4) that is unique, by tag or by repository digest. */
    public Optional<Image> find(String nameOrId) {
        throw new UnsupportedOperationException(nameOrId);
    }

    /** Removes the image with all its names; nothing happens if there is none. Layers go once no lease holds them. */
    public void remove(String nameOrId) throws IOException {
        throw new UnsupportedOperationException(nameOrId);
    }

    public FilesystemUsage usage() {
        throw new UnsupportedOperationException();
    }

    /** Keeps the image's layers for a holder (a container's id); empty if the image has been removed meanwhile. */
    public Optional<ImageLease> lease(String holder, Image image) {
        throw new UnsupportedOperationException(holder + image);
    }

    /** After a restart: keeps for a holder the layers it had, whether or not their image still exists. */
    public ImageLease restoreLease(String holder, List<Path> layers) throws IOException {
        throw new UnsupportedOperationException(holder + layers);
    }

    /** Says that all leases of the former run are restored: from now on layers that nobody needs are deleted. */
    public void leasesRestored() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Ends pulls that are under way and waits for background deletion to stop. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
