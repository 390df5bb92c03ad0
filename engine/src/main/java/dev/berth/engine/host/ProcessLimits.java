package dev.berth.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Scanner;

/**
 * What the daemon's own process may do, and so the most it can hand on.
 *
 * @param capabilities its bounding capabilities, bits {@code 1L << CAP_*}
 * @param openFilesHard its hard limit of open files
 */
public record ProcessLimits(long capabilities, long openFilesHard) {
    /** Reads /proc/self/status and /proc/self/limits (proc(5)); anybody but root is refused. */
    public static ProcessLimits ofRoot() throws IOException {
        var status = Files.readString(Path.of("/proc/self/status"));
        var uid = new Scanner(field(status, "Uid:")).next();
        var capabilities = HexFormat.fromHexDigitsToLong(field(status, "CapBnd:"));
        if (!uid.equals("0")) {
            throw new HostException("must run as root, not as user " + uid
                    + ": it makes namespaces, mounts and cgroups; start it with sudo or as a system service");
        }
        return new ProcessLimits(capabilities, openFiles());
    }

    private static long openFiles() throws IOException {
        var softAndHard = new Scanner(field(Files.readString(Path.of("/proc/self/limits")), "Max open files"));
        softAndHard.next();
        var hard = softAndHard.next();
        return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
    }

    private static String field(String text, String name) throws IOException {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self has no line " + name));
    }
}
