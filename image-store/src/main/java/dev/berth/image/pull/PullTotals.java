package dev.berth.image.pull;

import dev.berth.image.pull.PullReport.Outcome;
import java.util.Map;

/** All pulls of this run of the store: bytes that came from registries, how pulls ended, and how many run. */
public record PullTotals(long bytes, Map<Outcome, Long> ended, int running) {
    public PullTotals {
        ended = Map.copyOf(ended);
    }
}
