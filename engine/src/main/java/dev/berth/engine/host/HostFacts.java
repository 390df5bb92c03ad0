package dev.berth.engine.host;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the generation of specs needs to know about this host.
 *
 * @param boundingCapabilities bits {@code 1L << CAP_*} the daemon may hand on
 * @param openFilesHard the daemon's own hard limit of open files, which it may be unable to raise
 * @param apparmor whether the kernel confines by AppArmor
 * @param apparmorDefault the loaded profile that RuntimeDefault stands for; empty on a host without AppArmor
 * @param devices the directory of the host's device nodes
 * @param empty a directory that stays empty, on the file system of the images' layers
 */
public record HostFacts(
        long boundingCapabilities,
        long openFilesHard,
        boolean unifiedCgroups,
        boolean apparmor,
        Optional<String> apparmorDefault,
        boolean selinux,
        Path devices,
        Path empty) {}
