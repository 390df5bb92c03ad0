package dev.berth.cgroup;

import java.time.Clock;
import java.time.Instant;

final class WallClock {
    private static final long SECOND = 1_000_000_000;

    private WallClock() {}

    /** Since the epoch; a long holds it until the year 2262. */
    static long nanos(Clock clock) {
        Instant now = clock.instant();
        return now.getEpochSecond() * SECOND + now.getNano();
    }
}
