package dev.berth.engine.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/**
 * The start of what a command writes; the rest is read and dropped, so that no command fills the daemon's memory. All
 * running commands together share a budget.
 */
final class CappedOutput implements AutoCloseable {
    /** Per stream: both together fit the 16 MiB that a CRI client takes in one message. */
    private static final int LIMIT = (8 << 20) - (4 << 10);

    private final Semaphore budget;
    private final Buffer kept = new Buffer();

    /** @param budget bytes that all outputs together may keep, one permit each */
    CappedOutput(Semaphore budget) {
        this.budget = budget;
    }

    void add(ByteBuffer content) {
        int size = Math.min(content.remaining(), LIMIT - kept.size());
        if (size > 0 && budget.tryAcquire(size)) {
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
