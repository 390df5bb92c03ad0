package dev.berth.cri;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which build this is. */
public final class Version {
    /** As semantic versioning has it: the version of the Maven project, which the jar's manifest tells; a class folder has none. */
    public static final String TEXT = text();

    private Version() {}

    private static String text() {
        var version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0-dev" : version;
    }

    /** With the commit that it was built from, and what it runs on: what a report of a fault needs. */
    public static String full() {
        return "berth %s, commit %s, Java %s (%s), %s %s"
                .formatted(
                        TEXT,
                        commit(),
                        System.getProperty("java.runtime.version"),
                        System.getProperty("java.vendor"),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"));
    }

    /** The distribution has it in a file; {@code berth.home} is set by the launcher. A build without git has none. */
    private static String commit() {
        try {
            return Files.readString(Path.of(System.getProperty("berth.home", "/"), "COMMIT"))
                    .strip();
        } catch (IOException unknown) {
            return "unknown";
        }
    }
}
