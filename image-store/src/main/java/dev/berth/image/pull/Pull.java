package dev.berth.image.pull;

import dev.berth.image.catalog.Image;
import dev.berth.image.layer.UnpackedLayer;
import dev.berth.image.layer.tree.InheritedDirectories;
import dev.berth.image.oci.Digest;
import dev.berth.image.pull.PullAssignment.Layer;
import dev.berth.image.record.ImageRecord;
import dev.berth.image.registry.RegistrySession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** One image on its way from a registry into the store. */
final class Pull {
    private final PullRequest request;
    private final RegistrySession session;
    private final Workshop shop;
    /** Layers that this pull keeps from being discarded until the image's record does. */
    private final Queue<Digest> held = new ConcurrentLinkedQueue<>();

    /** Completed as layers are; one that fails ends the pull, and with it whoever waits here. */
    private final Map<Digest, CompletableFuture<Boolean>> arrivals = new ConcurrentHashMap<>();

    private final AtomicLong fetched = new AtomicLong();

    private final PullProgress progress;

    Pull(PullRequest request, RegistrySession session, Workshop shop, PullProgress progress) {
        this.request = request;
        this.session = session;
        this.shop = shop;
        this.progress = progress;
    }

    Image run(int parallelLayers) throws IOException, InterruptedException {
        var assignment = new Resolution(session, shop.paths(), request).resolve(shop.images());
        progress.expect(assignment.layers());
        try {
            obtain(assignment.layers(), parallelLayers);
            shop.makeDurable(assignment.config().chainIds());
            return shop.images().commit(record(assignment), assignment.config(), assignment.documents());
        } catch (IOException e) {
            if (PullException.of("", e) instanceof PullException.Storage) {
                // what is left for a pull later would keep that one from having room, too
                shop.parts().discard(blobs(assignment));
            }
            throw e;
        } finally {
            shop.layers().release(List.copyOf(held));
            shop.parts().sweep();
        }
    }

    private static List<Digest> blobs(PullAssignment assignment) {
        return assignment.layers().stream().map(layer -> layer.blob().digest()).toList();
    }

    /** Bytes of layers that came from the registry, and not from a pull before. */
    long fetched() {
        return fetched.get();
    }

    private ImageRecord record(PullAssignment assignment) {
        var reference = request.reference();
        return new ImageRecord(
                assignment.manifest().config().digest(),
                reference.tag().isPresent() ? List.of(reference.toString()) : List.of(),
                List.of(reference.withDigest(assignment.named()).toString()),
                List.copyOf(assignment.documents().keySet()),
                assignment.config().chainIds(),
                assignment.size());
    }

    /** Gets all layers, some at a time; the first failure stops the others. Threads are platform threads: unpacking blocks in native calls. */
    private void obtain(List<Layer> layers, int parallel) throws IOException, InterruptedException {
        var name = "layers of " + request.reference();
        try (var threads = new Interrupting(Executors.newFixedThreadPool(
                parallel, Thread.ofPlatform().daemon().name(name).factory()))) {
            var finished = new ExecutorCompletionService<Layer>(threads.executor);
            layers.forEach(layer -> arrivals.put(layer.chainId(), new CompletableFuture<>()));
            for (var layer : layers) {
                finished.submit(() -> arrive(layer));
            }
            for (var i = 0; i < layers.size(); i++) {
                finished.take().get();
            }
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static IOException failure(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case IOException failure -> failure;
            case InterruptedException interruption -> throw interruption;
            case RuntimeException fault -> throw fault;
            case Error error -> throw error;
            case null, default -> new IOException(e);
        };
    }

    /** Ends the threads at once, and returns when they have ended. */
    private record Interrupting(ExecutorService executor) implements AutoCloseable {
        @Override
        public void close() {
            executor.shutdownNow();
            executor.close();
        }
    }

    private Layer arrive(Layer layer) throws IOException, InterruptedException {
        obtain(layer);
        progress.arrived(layer);
        arrival(layer.chainId()).complete(true);
        return layer;
    }

    private CompletableFuture<Boolean> arrival(Digest chainId) {
        return arrivals.computeIfAbsent(chainId, _ -> new CompletableFuture<>());
    }

    private void obtain(Layer layer) throws IOException, InterruptedException {
        while (shop.layers().hold(layer.chainId()).isEmpty()) {
            var mine = new ArrayList<Layer>();
            shop.unpacking().join(layer.chainId(), () -> {
                fetch(layer);
                mine.add(layer);
            });
            if (!mine.isEmpty()) {
                return; // committing has held it
            }
        }
        held.add(layer.chainId());
    }

    private void fetch(Layer layer) throws IOException, InterruptedException {
        if (shop.layers().hold(layer.chainId()).isPresent()) {
            held.add(layer.chainId()); // another pull has just ended with it
            return;
        }
        shop.parts().read(session, layer.blob(), in -> stage(layer, progress.counting(layer, in)));
    }

    private void stage(Layer layer, InputStream in) throws IOException, InterruptedException {
        try (var staged = StagedLayer.begin(shop)) {
            var unpacked = staged.unpack(layer.blob(), in);
            inherit(layer, unpacked, staged.tree());
            staged.commit(layer, unpacked);
            held.add(layer.chainId());
            fetched.addAndGet(layer.blob().size());
        }
    }

    /** Layers are begun from the lowest up, so those below are there or on their way: waiting for them ends. */
    private void inherit(Layer layer, UnpackedLayer unpacked, Path tree) throws IOException, InterruptedException {
        if (unpacked.implied().isEmpty()) {
            return;
        }
        for (var below : layer.below()) {
            try {
                arrival(below).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("an arrival is never a failure", e);
            }
        }
        var newestFirst =
                layer.below().reversed().stream().map(shop.paths()::tree).toList();
        InheritedDirectories.apply(tree, unpacked.implied(), newestFirst);
    }
}
