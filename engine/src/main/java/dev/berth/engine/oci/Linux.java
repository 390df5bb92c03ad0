package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Linux part of a container (config-linux.md). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Linux(
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        Map<String, String> sysctl,
        @Nullable Resources resources,
        @Nullable String cgroupsPath,
        List<Namespace> namespaces,
        List<Device> devices,
        @Nullable Seccomp seccomp,
        @Nullable String rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        @Nullable String mountLabel) {
    public Linux {
        uidMappings = Absent.list(uidMappings);
        gidMappings = Absent.list(gidMappings);
        sysctl = Absent.map(sysctl);
        namespaces = Absent.list(namespaces);
        devices = Absent.list(devices);
        maskedPaths = Absent.list(maskedPaths);
        readonlyPaths = Absent.list(readonlyPaths);
    }

    /** The same with other nodes and limits. */
    public Linux with(List<Device> nodes, @Nullable Resources limits) {
        return new Linux(
                uidMappings,
                gidMappings,
                sysctl,
                limits,
                cgroupsPath,
                namespaces,
                nodes,
                seccomp,
                rootfsPropagation,
                maskedPaths,
                readonlyPaths,
                mountLabel);
    }

    /** Whether the container's ids are not the host's. */
    public boolean mapsIds() {
        return !uidMappings.isEmpty();
    }
}
