package dev.berth.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a process costs by the kernel's own account. */
record ProcessLoad(long pid) {
    /** USER_HZ, the unit of times in /proc/PID/stat on every Linux. */
    private static final long TICKS_PER_SECOND = 100;

    /** utime, stime, cutime and cstime, counted from the state that follows the program's name. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    /** CPU time of the process and of the children it has waited for, in user and kernel mode. */
    Duration cpu() throws IOException {
        var text = Files.readString(file("stat"));
        var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        var ticks = 0L;
        for (var time = FIRST_TIME; time < FIRST_TIME + TIMES; time++) {
            ticks += Long.parseLong(fields[time]);
        }
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    /** Begins a new measurement of the highest resident memory. */
    void forgetPeak() throws IOException {
        Files.writeString(file("clear_refs"), "5");
    }

    /** The highest resident memory since {@link #forgetPeak}, in KiB; pages of files that are mapped count in full. */
    long peak() throws IOException {
        return Files.readString(file("status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
