package dev.berth.e2e.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of one kind of call, in nanoseconds. */
final class Samples {
    private final List<Long> nanos = new ArrayList<>();

    void add(long duration) {
        nanos.add(duration);
    }

    /** The smallest duration that this share of all does not exceed, in milliseconds. */
    double millis(double share) {
        var sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        var rank = (int) Math.ceil(share * sorted.size()) - 1;
        return sorted.get(Math.max(rank, 0)) / 1e6;
    }
}
