package dev.berth.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that this process cannot be told of. */
public final class Waiting {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    /** Something that may become true. */
    public interface Condition {
        boolean met() throws IOException, InterruptedException;
    }

    private Waiting() {}

    public static void until(String what, Duration limit, Condition condition)
            throws IOException, InterruptedException, TimeoutException {
        var end = System.nanoTime() + limit.toNanos();
        while (!condition.met()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(PAUSE);
        }
    }
}
