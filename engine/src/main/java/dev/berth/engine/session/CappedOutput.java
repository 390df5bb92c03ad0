package dev.berth.engine.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/**
 * The start of what a command writes; the rest is read and dropped, so that no command fills the daemon's memory. All
 * running commands together share a budget.
 */
final class CappedOutput implements AutoCloseable {
    private final Semaphore allowance;
    private final Semaphore budget;
    private final Buffer kept = new Buffer();

    /**
     * @param allowance bytes that the outputs of this command may keep, one permit each
     * @param budget bytes that all outputs together may keep
     */
    CappedOutput(Semaphore allowance, Semaphore budget) {
        this.allowance = allowance;
        this.budget = budget;
    }

    void add(ByteBuffer content) {
        int size = Math.min(content.remaining(), allowance.availablePermits());
        if (size > 0 && budget.tryAcquire(size)) {
            allowance.acquireUninterruptibly(size);
            var bytes = new byte[size];
            content.get(bytes);
            kept.writeBytes(bytes);
        }
    }

    /** What is kept, not copied: nothing is to be added afterwards. */
    ByteBuffer kept() {
        return kept.content();
    }

    /** Gives the budget back. */
    @Override
    public void close() {
        budget.release(kept.size());
    }

    private static final class Buffer extends ByteArrayOutputStream {
        synchronized ByteBuffer content() {
            return ByteBuffer.wrap(buf, 0, count).asReadOnlyBuffer();
        }
    }
}
