package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PodBandwidthTest {
    private static long ingress(String quantity) {
        return PodBandwidth.argument(Map.of("kubernetes.io/ingress-bandwidth", quantity))
                .orElseThrow()
                .path("ingressRate")
                .asLong();
    }

    @Test
    void quantitiesAreBitsASecond() {
        assertEquals(10_000_000, ingress("10M"));
        assertEquals(1_500_000, ingress("1.5M"));
        assertEquals(1024 * 1024, ingress("1Mi"));
        assertEquals(2048, ingress("2Ki"));
        assertEquals(4000, ingress("4000"));
        assertEquals(Optional.empty(), PodBandwidth.argument(Map.of("other", "10M")));
    }

    @Test
    void nonsenseAndLimitsThatStopAllTrafficAreRefused() {
        for (String quantity : List.of("", "-1", "fast", "1", "2P", "1e9999")) {
            assertThrows(IllegalArgumentException.class, () -> ingress(quantity), quantity);
        }
    }
}
