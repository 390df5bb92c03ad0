package dev.berth.cri.spec;

import dev.berth.cri.oci.Seccomp;
import java.nio.file.Path;

/**
 * What the generation of specs needs to know about this host.
 *
 * @param boundingCapabilities bits {@code 1L << CAP_*} the daemon may hand on
 * @param openFilesHard the daemon's own hard limit of open files, which it may be unable to raise
 * @param defaultSeccomp the RuntimeDefault profile
 * @param devices where the host's device nodes are
 */
public record HostFacts(
        long boundingCapabilities,
        long openFilesHard,
        boolean unifiedCgroups,
        boolean apparmor,
        boolean selinux,
        Seccomp defaultSeccomp,
        Path devices) {}
