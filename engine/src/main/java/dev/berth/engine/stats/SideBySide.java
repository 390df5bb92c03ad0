package dev.berth.engine.stats;

import dev.berth.engine.failure.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Works on the elements of a list on all processors: reading statistics is the kernel's work, most of it. */
public final class SideBySide {
    /** Fewer are not worth a thread. */
    private static final int SHARE = 16;

    private SideBySide() {}

    /** Work on one element. */
    @FunctionalInterface
    public interface Work<A, B> {
        B on(A element) throws EngineException;
    }

    /** The results in the order of the elements. */
    public static <A, B> List<B> each(List<A> elements, Work<A, B> work) throws EngineException, InterruptedException {
        int shares = Math.clamp(elements.size() / SHARE, 1, Runtime.getRuntime().availableProcessors());
        var others = new ArrayList<FutureTask<List<B>>>();
        for (int share = 1; share < shares; share++) {
            var task = new FutureTask<>(part(elements, share, shares, work));
            Thread.ofVirtual().name("statistics").start(task);
            others.add(task);
        }
        var all = new ArrayList<B>(elements.size());
        all.addAll(apply(elements.subList(0, elements.size() / shares), work));
        for (var other : others) {
            all.addAll(result(other));
        }
        return all;
    }

    private static <A, B> Callable<List<B>> part(List<A> elements, int share, int shares, Work<A, B> work) {
        int from = elements.size() * share / shares;
        int to = elements.size() * (share + 1) / shares;
        return () -> apply(elements.subList(from, to), work);
    }

    private static <A, B> List<B> apply(List<A> elements, Work<A, B> work) throws EngineException {
        var results = new ArrayList<B>(elements.size());
        for (A element : elements) {
            results.add(work.on(element));
        }
        return results;
    }

    private static <T> T result(FutureTask<T> task) throws EngineException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }
}
