package dev.berth.engine.sandbox;

import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few network namespaces made before pods need them: making one takes the kernel about as long as all else of a pod's
 * namespaces. They are held by descriptors of this process and by nothing else, so they end with it.
 */
public final class ReadyNamespaces {
    private static final Logger LOG = LoggerFactory.getLogger(ReadyNamespaces.class);
    private static final long RETRY_NANOS = 10_000_000_000L;

    private final LinkedBlockingQueue<ReadyNamespace> ready = new LinkedBlockingQueue<>();
    /** How many are to be made. */
    private final Semaphore places;

    private ReadyNamespaces(int size) {
        this.places = new Semaphore(size);
    }

    /** With size 0, every pod makes a namespace of its own. */
    public static ReadyNamespaces of(int size) {
        var namespaces = new ReadyNamespaces(size);
        if (size > 0) {
            Thread.ofPlatform().daemon().name("ready namespaces").start(namespaces::fill);
        }
        return namespaces;
    }

    /** Never waits: empty if there is none just now. Every one that is taken has to be {@link #replace}d. */
    Optional<ReadyNamespace> take() {
        return Optional.ofNullable(ready.poll());
    }

    /**
     * Has another one made for one that was taken; to be said when the taker needs the kernel no more. Two threads that
     * change networks wait for the same lock of the kernel.
     */
    void replace(ReadyNamespace taken) {
        taken.close();
        places.release();
    }

    private void fill() {
        while (true) {
            places.acquireUninterruptibly();
            try {
                ready.add(ReadyNamespace.make());
            } catch (IOException | RuntimeException e) {
                LOG.warn("make a network namespace for later: {}; pods make their own meanwhile", Reason.of(e));
                LockSupport.parkNanos(RETRY_NANOS);
                places.release();
            }
        }
    }
}
