package dev.berth.image.pull;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** Work that many may want at once and one does: the others wait for its end. */
public final class Flights<K> {
    private final ConcurrentHashMap<K, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();

    @FunctionalInterface
    public interface Work<E extends Exception> {
        void run() throws E, InterruptedException;
    }

    /** Does the work, or waits while another does it; the caller looks for itself whether what it wants is there then. */
    public <E extends Exception> void join(K key, Work<E> work) throws E, InterruptedException {
        var mine = new CompletableFuture<Boolean>();
        var other = Optional.ofNullable(running.putIfAbsent(key, mine));
        if (other.isPresent()) {
            await(other.get());
            return;
        }
        try {
            work.run();
        } finally {
            running.remove(key, mine);
            mine.complete(true);
        }
    }

    private static void await(CompletableFuture<Boolean> other) throws InterruptedException {
        try {
            other.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a flight's end is never a failure", e);
        }
    }
}
