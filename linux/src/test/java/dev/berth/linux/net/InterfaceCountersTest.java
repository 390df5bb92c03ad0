package dev.berth.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.net.InterfaceCounters.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InterfaceCountersTest {
    private static final String HEADINGS = "Inter-|   Receive\n face |bytes    packets errs drop\n";

    @Test
    void columnsAreTakenByTheirPlace() {
        var text = HEADINGS
                + "    lo:  100 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
                + "eth0.1:18446744073 1 0 0 0 0 0 0 5 6 7 8 0 0 0 0\n";
        assertEquals(
                List.of(
                        new InterfaceCounters("lo", new Direction(100, 2, 3, 4), new Direction(9, 10, 11, 12)),
                        new InterfaceCounters(
                                "eth0.1", new Direction(18446744073L, 1, 0, 0), new Direction(5, 6, 7, 8))),
                InterfaceCounters.parse(text));
    }

    @Test
    void aProcessesOwnAreRead() throws ErrnoException {
        var mine = InterfaceCounters.of(Math.toIntExact(ProcessHandle.current().pid()));
        assertTrue(mine.stream().anyMatch(each -> each.name().equals("lo")), mine.toString());
    }
}
