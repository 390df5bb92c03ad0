package dev.berth.engine.security;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.SecurityInput;
import java.util.ArrayList;
import java.util.List;

/** Paths of the kernel's file systems that a container must not see or not write. */
public final class ProtectedPaths {
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private ProtectedPaths() {}

    public static List<String> masked(SecurityInput security) throws InvalidSpecException {
        return chosen(security, "masked path", security.maskedPaths(), MASKED);
    }

    public static List<String> readOnly(SecurityInput security) throws InvalidSpecException {
        return chosen(security, "read-only path", security.readonlyPaths(), READ_ONLY);
    }

    /** Empty lists also mean procMount Unmasked, which Kubernetes allows only with user namespaces. */
    private static List<String> chosen(
            SecurityInput security, String what, List<String> requested, List<String> defaults)
            throws InvalidSpecException {
        if (security.privileged()) {
            return List.of();
        }
        List<String> paths = new ArrayList<>();
        for (String path : requested.isEmpty() ? defaults : requested) {
            paths.add(ContainerPath.checked(what, path));
        }
        return paths;
    }
}
