package dev.berth.cgroup.stats;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.stats.Pressure.Stall;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.util.Optional;

/** Reads cpu.pressure, memory.pressure and io.pressure of the v2 directory; a hybrid host has them there too. */
public final class PressureFiles {
    private PressureFiles() {}

    public static Optional<PressureStats> read(Hierarchies host, CgroupPath path, StatFile file) throws ErrnoException {
        if (!host.pressure()) {
            return Optional.empty();
        }
        String directory = host.v2().orElseThrow() + path.text();
        try {
            return Optional.of(new PressureStats(
                    parse(file.read(directory + "/cpu.pressure").text()),
                    parse(file.read(directory + "/memory.pressure").text()),
                    parse(file.read(directory + "/io.pressure").text())));
        } catch (ErrnoException e) {
            // cgroup.pressure switches the accounting of one cgroup off
            if (e.is(Errno.EOPNOTSUPP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static Pressure parse(String text) {
        Stall some = Stall.NONE;
        Stall full = Stall.NONE;
        for (String line : text.lines().toList()) {
            if (line.startsWith("some ")) {
                some = stall(line);
            } else if (line.startsWith("full ")) {
                full = stall(line);
            }
        }
        return new Pressure(some, full);
    }

    /** {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}, the total in microseconds. */
    private static Stall stall(String line) {
        return new Stall(
                digits(line, " avg10=") / 100.0,
                digits(line, " avg60=") / 100.0,
                digits(line, " avg300=") / 100.0,
                1000 * digits(line, " total="));
    }

    /** The digits after a key as one number, over a decimal point: averages always have two places. */
    private static long digits(String line, String key) {
        int at = line.indexOf(key);
        if (at < 0) {
            throw new IllegalStateException("pressure line \"" + line + "\" has no" + key);
        }
        long number = 0;
        for (int i = at + key.length(); i < line.length() && line.charAt(i) != ' '; i++) {
            if (line.charAt(i) != '.') {
                number = 10 * number + Character.digit(line.charAt(i), 10);
            }
        }
        return number;
    }
}
