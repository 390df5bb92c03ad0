package dev.berth.engine.security;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.SecurityInput;
import java.util.ArrayList;
import java.util.List;

/** Paths of the kernel's file systems that a container must not see or not write. */
public final class ProtectedPaths {
    private ProtectedPaths() {}

    public static List<String> masked(SecurityInput security) throws InvalidSpecException {
        return chosen(security, "masked path", security.maskedPaths());
    }

    public static List<String> readOnly(SecurityInput security) throws InvalidSpecException {
        return chosen(security, "read-only path", security.readonlyPaths());
    }

    /** The kubelet sends its lists for a privileged container too. */
    private static List<String> chosen(SecurityInput security, String what, List<String> requested)
            throws InvalidSpecException {
        List<String> paths = new ArrayList<>();
        for (String path : security.privileged() ? List.<String>of() : requested) {
            paths.add(ContainerPath.checked(what, path));
        }
        return paths;
    }
}
