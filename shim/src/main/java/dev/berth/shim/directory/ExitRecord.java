package dev.berth.shim.directory;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * How a container's init ended.
 *
 * @param code the exit code, or 128 + the signal's number
 * @param signal the signal that ended it, or 0
 * @param oomKilled whether the kernel killed a process of the container for lack of memory
 * @param logComplete whether all output reached the log
 * @param lostLogBytes how much output could not be written to the log
 */
public record ExitRecord(
        int code, int signal, Instant finishedAt, boolean oomKilled, boolean logComplete, long lostLogBytes) {
    public static ExitRecord decode(ByteBuffer payload) {
        return new ExitRecord(
                payload.getInt(),
                payload.getInt(),
                instant(payload.getLong()),
                payload.get() != 0,
                payload.get() != 0,
                payload.getLong());
    }

    private static Instant instant(long nanosSinceEpoch) {
        return Instant.ofEpochSecond(0, nanosSinceEpoch);
    }
}
