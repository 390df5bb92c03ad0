package dev.berth.cni.plugin.bandwidth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.linux.net.TokenBucket;
import java.util.List;
import java.util.Optional;

/**
 * What a sandbox may receive and send: the bandwidth plugin's own keys, or else the runtime's.
 *
 * @param ingress towards the sandbox
 * @param egress from it
 */
record Bandwidth(Optional<TokenBucket> ingress, Optional<TokenBucket> egress) {
    private static final List<String> KEYS = List.of("ingressRate", "ingressBurst", "egressRate", "egressBurst");
    private static final int BITS = 8;
    private static final long LARGEST_BURST = 0xffff_ffffL;
    /** As much may wait as goes in this part of a second. */
    private static final int LATENCY_PART = 40;

    static Bandwidth parse(JsonNode config) {
        boolean own = KEYS.stream().anyMatch(config::has);
        JsonNode limits = own ? config : config.path("runtimeConfig").path("bandwidth");
        return new Bandwidth(bucket(limits, "ingress"), bucket(limits, "egress"));
    }

    private static Optional<TokenBucket> bucket(JsonNode limits, String direction) {
        long rate = number(limits, direction + "Rate");
        long burst = number(limits, direction + "Burst");
        if ((rate == 0) != (burst == 0)) {
            throw new IllegalArgumentException("bandwidth: " + direction + "Rate and " + direction
                    + "Burst must both be set, not " + rate + " and " + burst);
        }
        return rate == 0 ? Optional.empty() : Optional.of(bucket(rate / BITS, burst / BITS, direction));
    }

    private static TokenBucket bucket(long rate, long burst, String direction) {
        if (rate == 0 || burst == 0 || burst >= LARGEST_BURST) {
            throw new IllegalArgumentException(
                    "bandwidth: " + direction + "Rate must be 8 or more, " + direction + "Burst from 8 to 4 GB");
        }
        return new TokenBucket(rate, burst, Math.min(LARGEST_BURST, rate / LATENCY_PART + burst));
    }

    private static long number(JsonNode limits, String key) {
        JsonNode value = limits.path(key);
        if (!value.isMissingNode() && (!value.canConvertToLong() || value.asLong() < 0)) {
            throw new IllegalArgumentException("bandwidth: " + key + " " + value + " is not a number of bits");
        }
        return value.asLong(0);
    }

    boolean unlimited() {
        return ingress.isEmpty() && egress.isEmpty();
    }
}
