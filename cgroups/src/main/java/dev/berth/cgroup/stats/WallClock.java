package dev.berth.cgroup.stats;

import java.time.Clock;
import java.time.Instant;

/** The time now as one number, nanoseconds. */
public final class WallClock {
    private static final long SECOND = 1_000_000_000;

    private WallClock() {}

    /** Since the epoch; a long holds it until the year 2262. */
    public static long nanos(Clock clock) {
        Instant now = clock.instant();
        return now.getEpochSecond() * SECOND + now.getNano();
    }
}
