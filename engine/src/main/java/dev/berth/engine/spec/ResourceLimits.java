package dev.berth.engine.spec;

import dev.berth.engine.oci.DeviceCgroup;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Resources;
import dev.berth.engine.request.ResourceInput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CRI's resources as the OCI spec has them. */
final class ResourceLimits {
    private static final int OOM_SCORE_ADJ_MAX = 1000;

    private ResourceLimits() {}

    static Resources of(ResourceInput input, List<DeviceCgroup> devices, boolean unified) throws InvalidSpecException {
        return new Resources(
                devices,
                new Resources.Memory(set(input.memoryLimit()), set(input.memoryAndSwap())),
                new Resources.Cpu(
                        set(input.cpuShares()),
                        set(input.cpuQuota()),
                        set(input.cpuPeriod()),
                        set(input.cpusetCpus()),
                        set(input.cpusetMems())),
                null,
                input.hugepageLimits().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(limit -> new Resources.HugepageLimit(limit.getKey(), limit.getValue()))
                        .toList(),
                unified(input.unified(), unified));
    }

    static int oomScoreAdj(ResourceInput input) throws InvalidSpecException {
        if (Math.abs(input.oomScoreAdj()) > OOM_SCORE_ADJ_MAX) {
            throw new InvalidSpecException("oom_score_adj " + input.oomScoreAdj() + " is not within -1000..1000");
        }
        return (int) input.oomScoreAdj();
    }

    /** Keys are names of files in the cgroup's directory. */
    private static Map<String, String> unified(Map<String, String> files, boolean unified) throws InvalidSpecException {
        if (!files.isEmpty() && !unified) {
            throw new InvalidSpecException("unsupported: unified resources on a host with cgroups v1");
        }
        for (String file : files.keySet()) {
            if (!file.matches("[a-z0-9_]+(\\.[A-Za-z0-9_]+)+") || file.startsWith("cgroup.")) {
                throw new InvalidSpecException("unified resources: \"" + file + "\" is not the name of a limit");
            }
        }
        return files;
    }

    private static @Nullable Long set(long value) {
        return value == 0 ? null : value;
    }

    private static @Nullable String set(String value) {
        return value.isEmpty() ? null : value;
    }
}
