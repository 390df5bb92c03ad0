package dev.berth.linux.net;

/**
 * A limit on what a link sends (tc-tbf(8)).
 *
 * @param rate bytes a second
 * @param burst bytes that may go at once
 * @param limit bytes that may wait
 */
public record TokenBucket(long rate, long burst, long limit) {
    private static final long LARGEST = 0xffff_ffffL;

    public TokenBucket {
        if (rate < 1 || burst < 1 || burst > LARGEST || limit < burst || limit > LARGEST) {
            throw new IllegalArgumentException(
                    "rate " + rate + ", burst " + burst + " and limit " + limit + " are no token bucket");
        }
    }

    /** How long the burst takes at the rate, in the kernel's ticks of 64 ns, counted in whole microseconds as tc does. */
    int burstTicks() {
        long microseconds = (long) ((double) burst * 1_000_000 / rate);
        return (int) Math.min(LARGEST, (long) (Math.min(LARGEST, microseconds) * 15.625));
    }
}
