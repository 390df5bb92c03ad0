package dev.berth.image.registry.http;

import java.time.Duration;

/**
 * How patient the client is.
 *
 * @param minimumRate bytes a second that a response must bring, over each {@code window} spent waiting for it
 * @param answer how long a host may take to begin its answer
 * @param attempts how often one request goes to one host that is busy, and how often a broken download is taken up again without progress
 * @param backOff the first pause between two attempts; each further one is twice as long
 * @param longestPause also where a host asks for more
 */
public record Transfer(
        int minimumRate, Duration window, Duration answer, int attempts, Duration backOff, Duration longestPause) {
    public static final Transfer DEFAULT = new Transfer(
            8 << 10, Duration.ofSeconds(30), Duration.ofSeconds(60), 5, Duration.ofMillis(500), Duration.ofSeconds(60));
}
