package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Debian's OCI runtimes, each under a runtime handler of its name. */
public final class OciRuntimes {
    /** The handler of all pods of a run of the tests; empty for Berth's own launcher. */
    private static final String HANDLER = System.getProperty("berth.e2e.handler", "");

    /** Some hosts leave controllers to v2 beside v1; crun runs on none of them, and sees none of it here. */
    private static final String CRUN = """
            #!/bin/sh
            exec unshare --mount sh -c '
                if grep -qs . /sys/fs/cgroup/unified/cgroup.controllers; then umount /sys/fs/cgroup/unified; fi
                exec crun "$@"' crun "$@"
            """;

    private OciRuntimes() {}

    /** What pods ask for that say nothing else. */
    static String handler() {
        return HANDLER;
    }

    static void configureIfAsked(Path folder) throws IOException {
        if (!HANDLER.isEmpty()) {
            configure(folder);
        }
    }

    /** Makes the handlers known to a runtime that is yet to start in this folder. */
    public static void configure(Path folder) throws IOException {
        var crun = folder.resolve("crun");
        Files.writeString(crun, CRUN);
        Files.setPosixFilePermissions(crun, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("runtimes.toml"), """
                [runtime_handlers.crun]
                runtime = "%s"
                [runtime_handlers.runc]
                runtime = "/usr/sbin/runc"
                [runtime_handlers.missing]
                runtime = "/nowhere/runtime"
                """.formatted(crun));
    }
}
