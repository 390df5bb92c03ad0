package dev.berth.e2e.bench;

import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.RemoveImageRequest;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.CriRuntime;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A runtime that pulls images into a store that holds none, again and again. */
final class PullContender implements AutoCloseable {
    /** The reference image, in each compression. */
    enum Reference {
        GZIP,
        ZSTD;

        String image(String registry) {
            return registry + "/bench/layers:" + name().toLowerCase(Locale.ROOT);
        }
    }

    /** Files that a store may have more than before its first pull, and still be called empty: databases grow. */
    private static final long SLACK = 20;

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final CriRuntime runtime;
    private final CriClient client;
    private final String registry;
    private final Path store;
    private final ProcessLoad load;
    private final long filesAtFirst;
    private final Map<Reference, Pulls> measured = new EnumMap<>(Reference.class);

    PullContender(CriRuntime runtime, String registry) throws IOException {
        this.runtime = runtime;
        this.client = runtime.client();
        this.registry = registry;
        this.store = runtime.marks().folder().resolve("root");
        this.load = new ProcessLoad(runtime.pid());
        this.filesAtFirst = files();
    }

    Pulls measured(Reference reference) {
        return measured.computeIfAbsent(reference, _ -> new Pulls());
    }

    void round(Reference reference, Pulls into) throws IOException, InterruptedException {
        sync();
        load.forgetPeak();
        pull(reference, into);
        into.peak(load.peak());
        remove(reference, into);
    }

    private void pull(Reference reference, Pulls into) throws IOException, InterruptedException {
        var request = PullImageRequest.newBuilder().setImage(image(reference)).build();
        var cpu = load.cpu();
        var begun = System.nanoTime();
        client.images().pullImage(request);
        var answered = since(begun);
        sync();
        into.pulled(answered, since(begun), load.cpu().minus(cpu));
    }

    private void remove(Reference reference, Pulls into) throws IOException {
        var request = RemoveImageRequest.newBuilder().setImage(image(reference)).build();
        var cpu = load.cpu();
        var begun = System.nanoTime();
        client.images().removeImage(request);
        var answered = since(begun);
        while (files() > filesAtFirst + SLACK) {
            LockSupport.parkNanos(PAUSE);
        }
        into.removed(answered, load.cpu().minus(cpu));
    }

    private ImageSpec image(Reference reference) {
        return ImageSpec.newBuilder().setImage(reference.image(registry)).build();
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** What is still to be written must not slow down whoever is next. */
    private void sync() throws IOException, InterruptedException {
        var command = new ProcessBuilder("sync", "-f", store.toString()).inheritIO();
        if (command.start().waitFor() != 0) {
            throw new IOException("sync -f " + store + " failed");
        }
    }

    private long files() throws IOException {
        var count = new Count();
        Files.walkFileTree(store, count);
        return count.files;
    }

    /** Files come and go meanwhile. */
    private static final class Count extends SimpleFileVisitor<Path> {
        private long files;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files++;
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        runtime.close();
    }
}
