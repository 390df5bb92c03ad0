package dev.berth.engine.spec;

import dev.berth.engine.host.HostFacts;
import dev.berth.engine.oci.LinuxCapability;
import dev.berth.engine.oci.Rlimit;

/** The limit of open files: always explicit, for the daemon's own is no container's business. */
final class OpenFiles {
    private static final long SOFT = 1024;
    private static final long HARD = 524_288;

    private OpenFiles() {}

    static Rlimit of(HostFacts host) {
        boolean free = (host.boundingCapabilities() & LinuxCapability.CAP_SYS_RESOURCE.bit()) != 0;
        long hard = free ? HARD : Math.min(HARD, host.openFilesHard());
        return new Rlimit("RLIMIT_NOFILE", Math.min(SOFT, hard), hard);
    }
}
