package dev.berth.image.garbage;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trees on their way out: moved here at once, deleted in the background by a thread that lives while there is something to delete. */
public final class Trash implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

    private static final int BATCH = 128;
    /** Some 10,000 files a second at most: a journal full of removals keeps others from their disk. */
    private static final Duration REST = Duration.ofMillis(10);

    private final Path directory;
    /** Only of the remover's thread. */
    private long removed;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread remover;
    private boolean more;
    private volatile boolean closed;

    public Trash(Path directory) {
        this.directory = directory;
    }

    public void discard(Path tree) throws IOException {
        var unique = tree.getFileName() + "-" + UUID.randomUUID();
        Files.move(tree, directory.resolve(unique), StandardCopyOption.ATOMIC_MOVE);
        sweep();
    }

    /** Deletes what is here, also what an earlier run left. */
    public void sweep() {
        lock.lock();
        try {
            more = true;
            if (remover == null && !closed) {
                remover = Thread.ofPlatform().name("image-removal").daemon().start(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (again()) {
            try (var trash = Directory.open(directory)) {
                delete(trash);
            } catch (ErrnoException e) {
                LOG.warn("deleting removed layers in {}: {}", directory, Reason.of(e));
            }
        }
    }

    private boolean again() {
        lock.lock();
        try {
            var wanted = more && !closed;
            more = false;
            if (!wanted) {
                remover = null;
            }
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private void delete(Directory trash) throws ErrnoException {
        List<String> entries = trash.entries();
        for (var entry : entries) {
            if (closed) {
                return;
            }
            new TreeRemoval(trash, this::rest).remove(entry);
        }
    }

    private void rest() {
        if (++removed % BATCH == 0 && !closed) {
            LockSupport.parkNanos(REST.toNanos());
        }
    }

    /** Waits for the tree being deleted; the rest is deleted after the next start. */
    @Override
    public void close() {
        closed = true;
        var thread = current();
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private @Nullable Thread current() {
        lock.lock();
        try {
            return remover;
        } finally {
            lock.unlock();
        }
    }
}
