package dev.berth.engine.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResourceInputTest {
    private static final ResourceInput BEFORE = new ResourceInput(
            100_000, 50_000, 512, 1 << 20, 2 << 20, -500, "0-1", "0", Map.of("2MB", 4096L), Map.of("memory.high", "1"));

    @Test
    void whatAChangeLeavesUnsetStaysAsItIs() {
        assertEquals(BEFORE, BEFORE.changedBy(ResourceInput.NONE));
    }

    @Test
    void whatAChangeSetsIsNew() {
        var change = new ResourceInput(
                0, -1, 0, 0, 0, 100, "0", "", Map.of("1GB", 0L), Map.of("memory.high", "2", "io.max", "3"));
        var changed = BEFORE.changedBy(change);
        assertEquals(100_000, changed.cpuPeriod());
        assertEquals(-1, changed.cpuQuota());
        assertEquals("0", changed.cpusetCpus());
        assertEquals(2 << 20, changed.memorySwapLimit());
        assertEquals(Map.of("2MB", 4096L, "1GB", 0L), changed.hugepageLimits());
        assertEquals(Map.of("memory.high", "2", "io.max", "3"), changed.unified());
        assertEquals(-500, changed.oomScoreAdj());
    }

    @Test
    void aNewMemoryLimitDoesNotKeepTheOldOneForSwap() {
        var alone = new ResourceInput(0, 0, 0, 4 << 20, 0, 0, "", "", Map.of(), Map.of());
        assertEquals(4 << 20, BEFORE.changedBy(alone).memoryAndSwap());
        var lifted = new ResourceInput(0, 0, 0, -1, 0, 0, "", "", Map.of(), Map.of());
        assertEquals(0, BEFORE.changedBy(lifted).memoryAndSwap());
    }
}
