package dev.berth.cgroup.resource;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Limits for one cgroup, in the OCI runtime specification's terms; what is absent or zero is left as it is.
 *
 * @param cpuShares v1 shares, 2 to 262144
 * @param cpuQuota microseconds per period; negative: no limit
 * @param cpuPeriod microseconds
 * @param memoryLimit bytes; negative: no limit
 * @param memorySwapLimit bytes of memory and swap together; negative: no limit
 * @param pidsLimit negative: no limit
 * @param hugepageLimits page size as the kernel spells it ("2MB", "1GB") to bytes
 * @param unified v2 file name to value; an error on a v1 host
 */
public record Resources(
        OptionalLong cpuShares,
        OptionalLong cpuQuota,
        OptionalLong cpuPeriod,
        OptionalLong memoryLimit,
        OptionalLong memorySwapLimit,
        Optional<String> cpusetCpus,
        Optional<String> cpusetMems,
        OptionalLong pidsLimit,
        Map<String, Long> hugepageLimits,
        Map<String, String> unified) {
    private static final Resources NONE = builder().build();

    public Resources {
        hugepageLimits = Map.copyOf(hugepageLimits);
        unified = Map.copyOf(unified);
        cpusetCpus.ifPresent(list -> checkList("cpuset.cpus", list));
        cpusetMems.ifPresent(list -> checkList("cpuset.mems", list));
        hugepageLimits.keySet().forEach(Resources::checkPageSize);
        checkAtLeast("cpu shares", cpuShares, 0);
        checkAtLeast("cpu period", cpuPeriod, 0);
        checkSwap(memoryLimit, memorySwapLimit);
    }

    /** Changes nothing. */
    public static Resources none() {
        return NONE;
    }

    /** Whether a number asks for anything. */
    public static boolean asked(OptionalLong value) {
        return value.orElse(0) != 0;
    }

    public static ResourcesBuilder builder() {
        return new ResourcesBuilder();
    }

    private static void checkList(String what, String list) {
        if (!list.matches("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*")) {
            throw new IllegalArgumentException(
                    what + " \"" + list.replaceAll("\\p{Cntrl}", "?") + "\" is not a list like 0-3,5");
        }
    }

    private static void checkPageSize(String size) {
        if (!size.matches("\\d{1,4}[KMG]B")) {
            throw new IllegalArgumentException(
                    "huge page size \"" + size.replaceAll("\\p{Cntrl}", "?") + "\" is not like 2MB");
        }
    }

    private static void checkAtLeast(String what, OptionalLong value, long least) {
        if (value.isPresent() && value.getAsLong() < least) {
            throw new IllegalArgumentException(what + " " + value.getAsLong() + " is below " + least);
        }
    }

    private static void checkSwap(OptionalLong memory, OptionalLong swap) {
        if (swap.orElse(0) <= 0) {
            return;
        }
        if (memory.orElse(0) <= 0) {
            throw new IllegalArgumentException("memory+swap limit " + swap.getAsLong() + " without a memory limit");
        }
        if (swap.getAsLong() < memory.getAsLong()) {
            throw new IllegalArgumentException(
                    "memory+swap limit " + swap.getAsLong() + " is below the memory limit " + memory.getAsLong());
        }
    }
}
