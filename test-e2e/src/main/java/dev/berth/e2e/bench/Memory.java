package dev.berth.e2e.bench;

import dev.berth.e2e.CriRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Proportional set sizes in KiB.
 *
 * @param daemon the runtime's own process
 * @param helpers all processes that it keeps for its pods
 * @param pods the number of pods at that time
 */
record Memory(long daemon, long helpers, int pods) {
    private static final List<String> HELPERS = List.of("berth-shim", "containerd-shim", "/pause");

    /** Helpers are known by their command lines and by the runtime's folder or cgroup in them. */
    static Memory of(CriRuntime runtime, int pods) throws IOException {
        var helpers = 0L;
        for (var process : ProcessHandle.allProcesses().toList()) {
            if (process.pid() != runtime.pid() && helps(runtime, process.pid())) {
                helpers += pss(process.pid());
            }
        }
        return new Memory(pss(runtime.pid()), helpers, pods);
    }

    private static boolean helps(CriRuntime runtime, long pid) throws IOException {
        var command = read(pid, "cmdline").replace('\0', ' ');
        if (HELPERS.stream().noneMatch(command::contains)) {
            return false;
        }
        // a pause process shows its runtime in its cgroup, a shim in its command line or its open lock
        return runtime.marks().texts().stream().anyMatch((command + read(pid, "cgroup") + opened(pid))::contains);
    }

    private static String opened(long pid) throws IOException {
        var text = new StringBuilder();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (var descriptor : descriptors) {
                text.append(Files.readSymbolicLink(descriptor)).append(' ');
            }
        } catch (NoSuchFileException gone) {
            return "";
        }
        return text.toString();
    }

    private static long pss(long pid) throws IOException {
        return read(pid, "smaps_rollup")
                .lines()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static String read(long pid, String file) throws IOException {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)), StandardCharsets.UTF_8);
        } catch (NoSuchFileException gone) {
            return "";
        }
    }
}
