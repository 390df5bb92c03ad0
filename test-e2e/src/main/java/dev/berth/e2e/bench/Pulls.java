package dev.berth.e2e.bench;

import java.time.Duration;

/** What pulls of one image into an empty store cost one runtime. */
final class Pulls {
    private final Samples wall = new Samples();
    private final Samples synced = new Samples();
    private final Samples cpu = new Samples();
    private final Samples removal = new Samples();
    private final Samples cleaning = new Samples();
    private long peak;

    /** Until PullImage answers; until everything is on disk besides; the daemon's CPU time by then. */
    void pulled(Duration answered, Duration onDisk, Duration busy) {
        wall.add(answered.toNanos());
        synced.add(onDisk.toNanos());
        cpu.add(busy.toNanos());
    }

    /** Until RemoveImage answers, and the CPU time until the last file was gone. */
    void removed(Duration answered, Duration busy) {
        removal.add(answered.toNanos());
        cleaning.add(busy.toNanos());
    }

    void peak(long kibibytes) {
        peak = Math.max(peak, kibibytes);
    }

    Samples wall() {
        return wall;
    }

    Samples synced() {
        return synced;
    }

    Samples cpu() {
        return cpu;
    }

    Samples removal() {
        return removal;
    }

    Samples cleaning() {
        return cleaning;
    }

    long peak() {
        return peak;
    }
}
