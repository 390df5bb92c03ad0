package dev.berth.shim;

import java.util.List;

/**
 * Where a container's output is logged.
 *
 * @param directory the pod's log directory on the host
 * @param relativePath the log file below it; it may not lead out of it
 */
public record Logging(String directory, String relativePath) {
    public Logging {
        if (!directory.startsWith("/")) {
            throw new IllegalArgumentException("log directory is not absolute: " + directory);
        }
        if (relativePath.isEmpty()
                || relativePath.startsWith("/")
                || List.of(relativePath.split("/", -1)).contains("..")) {
            throw new IllegalArgumentException("log path is not below its directory: " + relativePath);
        }
    }
}
