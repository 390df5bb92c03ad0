package dev.berth.image.layer.limit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PathQuotaTest {
    private final PathQuota quota = new PathQuota();

    @Test
    void pathsCountByTheirBytesAndWhatIsReleasedCountsNoMore() {
        var path = "p".repeat(4 << 20);
        assertTrue(quota.take(path));
        assertTrue(quota.take(path));
        assertFalse(quota.take("p"));
        assertThrows(LayerException.Refused.class, () -> quota.require("p", "has too many"));
        quota.release(path);
        assertDoesNotThrow(() -> quota.require("p", "has too many"));
    }

    @Test
    void shortPathsCountByTheirNumber() {
        for (var i = 0; i < 100_000; i++) {
            assertTrue(quota.take(""));
        }
        assertFalse(quota.take(""));
    }
}
