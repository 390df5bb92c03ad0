package dev.berth.cri.spec;

import dev.berth.cri.oci.InvalidSpecException;

/** A container's log file below its pod's log directory. */
public final class LogPath {
    private LogPath() {}

    /** Checks a relative path: it must name a file that stays inside the log directory, however it is spelled. */
    public static String checked(String logDirectory, String logPath) throws InvalidSpecException {
        throw new InvalidSpecException(logDirectory + logPath);
    }
}
