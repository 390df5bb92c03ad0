package dev.berth.engine.record;

import java.time.Instant;

/** Times as CRI has them: nanoseconds since the epoch. */
public final class Times {
    private static final long NANOS = 1_000_000_000L;

    private Times() {}

    public static long now() {
        return nanos(Instant.now());
    }

    public static long nanos(Instant instant) {
        return instant.getEpochSecond() * NANOS + instant.getNano();
    }
}
