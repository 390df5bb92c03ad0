package dev.berth.engine.stats;

import java.util.Collection;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * CPU use per second, from two readings at least a second apart. Whoever asks in between gets the last rate, so that the
 * number of askers does not change it.
 */
final class CpuRates {
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private record Sample(long timestampNanos, long usageNanos, OptionalLong rate) {
        Sample next(long timestamp, long usage) {
            long elapsed = timestamp - timestampNanos;
            if (elapsed < WINDOW_NANOS) {
                return this;
            }
            long used = Math.max(0, usage - usageNanos);
            return new Sample(timestamp, usage, OptionalLong.of(Math.round((double) used * WINDOW_NANOS / elapsed)));
        }
    }

    private final ConcurrentHashMap<String, Sample> samples = new ConcurrentHashMap<>();

    /** Nanoseconds of CPU time per second; absent until there are two readings. */
    OptionalLong rate(String id, long timestampNanos, long usageNanos) {
        return samples.merge(
                        id,
                        new Sample(timestampNanos, usageNanos, OptionalLong.empty()),
                        (before, now) -> before.next(now.timestampNanos(), now.usageNanos()))
                .rate();
    }

    void retain(Collection<String> ids) {
        samples.keySet().retainAll(ids);
    }
}
