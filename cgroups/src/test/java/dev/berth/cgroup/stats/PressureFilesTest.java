package dev.berth.cgroup.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PressureFilesTest {
    @Test
    void pressureIsInNanoseconds() {
        var pressure = PressureFiles.parse("""
                some avg10=1.50 avg60=0.25 avg300=0.00 total=1234
                full avg10=0.00 avg60=0.00 avg300=0.00 total=5
                """);
        assertEquals(new Pressure.Stall(1.5, 0.25, 0, 1_234_000), pressure.some());
        assertEquals(5000, pressure.full().totalNanos());
    }
}
