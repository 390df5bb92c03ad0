package dev.berth.engine.container;

import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why a process is still there after SIGKILL, as far as the kernel tells. */
final class Survivor {
    private Survivor() {}

    static String describe(int pid) {
        return "pid %d, state %s, waiting in %s".formatted(pid, state(pid), read(pid, "wchan"));
    }

    private static String state(int pid) {
        var stat = read(pid, "stat");
        int afterName = stat.lastIndexOf(") ");
        return afterName < 0 ? stat : stat.substring(afterName + 2, afterName + 3);
    }

    private static String read(int pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), file))
                    .strip();
        } catch (IOException e) {
            return "unknown (" + Reason.of(e) + ")";
        }
    }
}
