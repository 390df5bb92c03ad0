package dev.berth.engine.snapshot;

import dev.berth.engine.record.Trees;
import dev.berth.engine.request.UserNamespace;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import dev.berth.linux.fs.Attributes;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.TreeRemoval;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers' writable layers below the root directory. A layer vanishes by one rename; what was in it is deleted in
 * the background, by descriptors, since its names and depth are the container's doing.
 */
public final class WritableLayers {
    private static final Logger LOG = LoggerFactory.getLogger(WritableLayers.class);

    private static final int EMPTY_VOLUME = 0755;

    private final Path layers;
    private final Path trash;
    private final BlockingQueue<String> discarded = new LinkedBlockingQueue<>();

    private WritableLayers(Path root) {
        this.layers = root.resolve("containers");
        this.trash = root.resolve("containers-trash");
    }

    /** Opens the directories and goes on deleting what an earlier daemon had discarded. */
    public static WritableLayers open(Path root) throws IOException {
        var opened = new WritableLayers(root);
        Trees.createPrivate(opened.layers);
        Trees.createPrivate(opened.trash);
        for (Path left : Trees.children(opened.trash)) {
            opened.discarded.add(left.getFileName().toString());
        }
        Thread.ofPlatform().daemon().name("writable layer removal").start(opened::deleteDiscarded);
        return opened;
    }

    public Path upper(String id) {
        return layers.resolve(id).resolve("upper");
    }

    public Path work(String id) {
        return layers.resolve(id).resolve("work");
    }

    /** Where one of the volumes is that the container's image declares. */
    public Path volume(String id, int number) {
        return volumes(id).resolve(Integer.toString(number));
    }

    private Path volumes(String id) {
        return layers.resolve(id).resolve("volumes");
    }

    /**
     * Makes a volume of a container, with what its image has at that path; without anything there it is empty and belongs to root.
     *
     * @throws ErrnoException with ENOTDIR if the image has a file there
     */
    public void createVolume(String id, int number, RootDirectory image, String path) throws IOException {
        var volume = volume(id, number);
        if (number == 0) {
            Trees.createPrivate(volumes(id));
        }
        Files.createDirectory(volume);
        try (var copy = Directory.open(volume)) {
            Attributes.mode(copy.fd(), EMPTY_VOLUME);
            var content = image.directory(path);
            if (content.isPresent()) {
                try (var from = content.get()) {
                    new TreeCopy(copy).of(from, from.status(".").orElseThrow());
                }
            }
        }
    }

    /** The top directory, which a container's root becomes, belongs to the root of its user namespace. */
    public void create(String id, Optional<UserNamespace> users) throws IOException {
        Trees.createPrivate(layers.resolve(id));
        Files.createDirectory(upper(id));
        if (users.isPresent()) {
            Trees.give(upper(id), users.get().uids().host(), users.get().gids().host());
        }
        Trees.createPrivate(work(id));
    }

    /** Removes a container's layer from view; nothing happens if it has none. */
    public void discard(String id) throws IOException {
        var layer = layers.resolve(id);
        if (Files.isDirectory(layer)) {
            Files.move(layer, trash.resolve(id));
            discarded.add(id);
        }
    }

    /** Discards the layers that belong to none of the containers, as after a reboot. */
    public void sweep(Predicate<String> known) throws IOException {
        for (Path layer : Trees.children(layers)) {
            var id = layer.getFileName().toString();
            if (!known.test(id)) {
                LOG.info("writable layer {} belongs to no container any more, deleting it", id);
                discard(id);
            }
        }
    }

    private void deleteDiscarded() {
        try {
            while (true) {
                delete(discarded.take());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void delete(String id) {
        try (var top = Directory.open(trash)) {
            new TreeRemoval(top).remove(id);
        } catch (IOException | RuntimeException e) {
            LOG.warn("delete the writable layer of container {}: {}; the next start tries again", id, Reason.of(e));
        }
    }
}
