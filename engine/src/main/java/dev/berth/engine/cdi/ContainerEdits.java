package dev.berth.engine.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container gets with a device: the {@code containerEdits} of the CDI specification.
 *
 * @param hooks programs that would run as the host's root beside a container's start
 * @param intelRdt cache and memory bandwidth classes
 * @param netDevices network interfaces that would move into the container
 */
public record ContainerEdits(
        List<String> env,
        List<DeviceNode> deviceNodes,
        List<Mount> mounts,
        List<Hook> hooks,
        List<Integer> additionalGids,
        @Nullable JsonNode intelRdt,
        List<JsonNode> netDevices) {
    static final ContainerEdits NONE =
            new ContainerEdits(List.of(), List.of(), List.of(), List.of(), List.of(), null, List.of());

    public ContainerEdits {
        env = present(env);
        deviceNodes = present(deviceNodes);
        mounts = present(mounts);
        hooks = present(hooks);
        additionalGids = present(additionalGids);
        netDevices = present(netDevices);
    }

    /** Documents leave out what is empty. */
    private static <T> List<T> present(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /**
     * A node, {@code path} in the container; what is absent is the host's node's at {@code hostPath}, or at the same path.
     *
     * @param permissions out of {@code rwm}; absent for all
     */
    public record DeviceNode(
            String path,
            @Nullable String hostPath,
            @Nullable String type,
            int major,
            int minor,
            @Nullable Integer fileMode,
            @Nullable String permissions,
            @Nullable Integer uid,
            @Nullable Integer gid) {}

    /** A mount with its options as the OCI runtime specification has them. */
    public record Mount(
            String hostPath,
            String containerPath,
            List<String> options,
            @Nullable String type) {
        public Mount {
            options = present(options);
        }
    }

    /** A program and the point of a container's start at which it would run. */
    public record Hook(
            String hookName,
            String path,
            List<String> args,
            List<String> env,
            @Nullable Integer timeout) {
        public Hook {
            args = present(args);
            env = present(env);
        }
    }
}
