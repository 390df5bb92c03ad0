package dev.berth.linux.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process for all time: a pid alone is reused.
 *
 * @param startTime clock ticks from boot to the process's start, field 22 of {@code /proc/<pid>/stat}
 */
public record ProcessIdentity(int pid, long startTime) {
    private static final int FIELDS_AFTER_COMM_TO_START_TIME = 19;

    /** The process that has this pid now, zombies included. */
    public static Optional<ProcessIdentity> of(int pid) {
        try {
            byte[] stat = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "stat"));
            return Optional.of(new ProcessIdentity(pid, startTime(stat)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Whether this very process still exists, if only as a zombie. */
    public boolean exists() {
        return of(pid).equals(Optional.of(this));
    }

    /** The name in parentheses may itself hold spaces and parentheses, so fields are counted from the last one. */
    private static long startTime(byte[] stat) {
        String text = new String(stat, StandardCharsets.ISO_8859_1);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[FIELDS_AFTER_COMM_TO_START_TIME]);
    }
}
