package dev.berth.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KernelVersionTest {
    @Test
    void aReleaseIsComparedByItsNumbers() {
        KernelVersion version = KernelVersion.parse("6.15.3-amd64");
        assertEquals(new KernelVersion(6, 15), version);
        assertTrue(version.atLeast(6, 15));
        assertTrue(version.atLeast(5, 19));
        assertFalse(version.atLeast(6, 16));
        assertFalse(version.atLeast(7, 0));
        assertTrue(KernelVersion.parse("7.0").atLeast(6, 15));
    }

    @Test
    void whatIsNoReleaseIsOlderThanAll() {
        assertFalse(KernelVersion.parse("unknown").atLeast(0, 1));
    }

    @Test
    void thisHostsKernelIsKnown() {
        assertTrue(KernelVersion.current().atLeast(6, 8));
    }
}
