package dev.berth.engine.operation;

import dev.berth.engine.failure.EngineException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;

/**
 * The running operations by key. A second call with the key of a running operation joins it and gets its result. An
 * operation runs on a thread of its own: a caller that goes away leaves it running to its end.
 */
public final class Operations {
    private final ConcurrentHashMap<String, Running> running = new ConcurrentHashMap<>();
    private final ThreadFactory threads;
    private final Optional<Stage> crashAt;

    /**
     * @param threads starts the operations' threads; they make system calls that block
     * @param crashAt fault injection: the stage at which the process halts
     */
    public Operations(ThreadFactory threads, Optional<Stage> crashAt) {
        this.threads = threads;
        this.crashAt = crashAt;
    }

    /** What an operation does. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Progress progress) throws EngineException, InterruptedException;
    }

    private record Running(Progress progress, CompletableFuture<Object> result) {}

    /** Runs the work, or joins the operation that runs under the same key, and waits for its end. */
    public <T> T run(String key, Stage first, Class<T> type, Work<T> work)
            throws EngineException, InterruptedException {
        var mine = new Running(new Progress(key, first, crashAt), new CompletableFuture<>());
        var other = running.putIfAbsent(key, mine);
        if (other == null) {
            start(key, mine, work);
        }
        return type.cast(await((other == null ? mine : other).result()));
    }

    /** Waits for the end of the operation that runs under a key, however it ends; returns at once if there is none. */
    public void awaitEnd(String key) throws InterruptedException {
        var other = running.get(key);
        if (other != null) {
            try {
                other.result().get();
            } catch (ExecutionException _) {
                // its callers are told
            }
        }
    }

    /** The running operations, longest-running first. */
    public List<Progress.Snapshot> snapshots() {
        return running.values().stream()
                .map(each -> each.progress().snapshot())
                .sorted(Comparator.comparing(Progress.Snapshot::total).reversed())
                .toList();
    }

    /** What is known of one running operation. */
    public Optional<Progress.Snapshot> snapshot(String key) {
        return Optional.ofNullable(running.get(key)).map(each -> each.progress().snapshot());
    }

    /** A thread that cannot be made fails the operation, rather than leave its key taken for ever. */
    private <T> void start(String key, Running mine, Work<T> work) {
        try {
            threads.newThread(() -> complete(key, mine, work)).start();
        } catch (OutOfMemoryError e) {
            running.remove(key, mine);
            mine.result().completeExceptionally(e);
        }
    }

    private <T> void complete(String key, Running mine, Work<T> work) {
        Thread.currentThread().setName(key);
        try {
            var value = work.run(mine.progress());
            running.remove(key, mine);
            mine.result().complete(value);
        } catch (EngineException | InterruptedException | RuntimeException | Error e) {
            running.remove(key, mine);
            mine.result().completeExceptionally(e);
        }
    }

    private static Object await(CompletableFuture<Object> result) throws EngineException, InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case EngineException failure ->
                    throw new EngineException(failure.code(), String.valueOf(failure.getMessage()), failure);
                case InterruptedException _ -> throw new InterruptedException("the operation was interrupted");
                case null, default ->
                    throw new EngineException(EngineException.Code.INTERNAL, "unexpected failure: " + e.getCause(), e);
            }
        }
    }
}
