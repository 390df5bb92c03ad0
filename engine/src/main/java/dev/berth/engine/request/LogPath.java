package dev.berth.engine.request;

import dev.berth.engine.oci.InvalidSpecException;
import java.util.List;

/** A container's log file below its pod's log directory. */
public final class LogPath {
    private static final int PATH_MAX = 4096;

    private LogPath() {}

    /** Checks a path relative to the log directory: plain names only, so that however it is opened it stays inside. */
    public static String checked(String logDirectory, String logPath) throws InvalidSpecException {
        if (!logDirectory.startsWith("/")) {
            throw new InvalidSpecException("log directory \"" + logDirectory + "\" is not absolute");
        }
        boolean escapes = logPath.startsWith("/")
                || logPath.length() >= PATH_MAX
                || logPath.chars().anyMatch(Character::isISOControl)
                || List.of(logPath.split("/", -1)).stream().anyMatch(name -> name.isEmpty() || name.matches("\\.\\.?"));
        if (escapes) {
            throw new InvalidSpecException(
                    "log path \"" + logPath.replaceAll("\\p{Cntrl}", "?") + "\" does not stay inside " + logDirectory);
        }
        return logPath;
    }
}
