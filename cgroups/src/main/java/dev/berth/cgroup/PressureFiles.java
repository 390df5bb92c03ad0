package dev.berth.cgroup;

import dev.berth.cgroup.Pressure.Stall;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.util.Optional;

/** Reads cpu.pressure, memory.pressure and io.pressure of the v2 directory; a hybrid host has them there too. */
final class PressureFiles {
    private PressureFiles() {}

    static Optional<PressureStats> read(CgroupHost host, CgroupPath path, StatFile file) throws ErrnoException {
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
        String[] fields = line.split(" ", -1);
        if (fields.length < 5) {
            throw new IllegalStateException("pressure line \"" + line + "\" has too few fields");
        }
        return new Stall(
                Double.parseDouble(after(fields[1])),
                Double.parseDouble(after(fields[2])),
                Double.parseDouble(after(fields[3])),
                1000 * Long.parseLong(after(fields[4])));
    }

    private static String after(String field) {
        return field.substring(field.indexOf('=') + 1);
    }
}
