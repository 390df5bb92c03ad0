package dev.berth.cgroup.stats;

/**
 * Stalls on one resource.
 *
 * @param some at least one task waited
 * @param full all tasks waited
 */
public record Pressure(Stall some, Stall full) {
    /** Shares of time in percent over 10, 60 and 300 seconds, and the total. */
    public record Stall(double avg10, double avg60, double avg300, long totalNanos) {
        static final Stall NONE = new Stall(0, 0, 0, 0);
    }
}
