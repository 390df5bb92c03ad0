package dev.berth.engine.limits;

import dev.berth.cgroup.Cgroup;
import dev.berth.cgroup.resource.Resources;
import dev.berth.engine.request.ResourceInput;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The limits that a cgroup really has, told as CRI asks for them. */
public final class EnforcedLimits {
    private EnforcedLimits() {}

    /** What was asked for, where the cgroup is just going: a status does not fail for a number. */
    public static ResourceInput of(Cgroup cgroup, ResourceInput asked) {
        try {
            return told(cgroup.limits(resources(asked)), asked);
        } catch (IOException _) {
            return asked;
        }
    }

    private static Resources resources(ResourceInput asked) {
        var resources = Resources.builder();
        ifSet(asked.cpuPeriod(), resources::cpuPeriod);
        ifSet(asked.cpuQuota(), resources::cpuQuota);
        ifSet(asked.cpuShares(), resources::cpuShares);
        ifSet(asked.memoryLimit(), resources::memoryLimit);
        ifSet(asked.memoryAndSwap(), resources::memorySwapLimit);
        ifSet(asked.cpusetCpus(), resources::cpusetCpus);
        ifSet(asked.cpusetMems(), resources::cpusetMems);
        asked.hugepageLimits().forEach(resources::hugepageLimit);
        asked.unified().forEach(resources::unified);
        return resources.build();
    }

    private static void ifSet(long value, LongConsumer consumer) {
        if (value != 0) {
            consumer.accept(value);
        }
    }

    private static void ifSet(String value, Consumer<String> consumer) {
        if (!value.isEmpty()) {
            consumer.accept(value);
        }
    }

    /** CRI has 0 for what is unset; the score of processes is no limit of their cgroup. */
    private static ResourceInput told(Resources has, ResourceInput asked) {
        return new ResourceInput(
                has.cpuPeriod().orElse(0),
                has.cpuQuota().orElse(0),
                has.cpuShares().orElse(0),
                has.memoryLimit().orElse(0),
                has.memorySwapLimit().orElse(0),
                asked.oomScoreAdj(),
                has.cpusetCpus().orElse(""),
                has.cpusetMems().orElse(""),
                has.hugepageLimits(),
                has.unified());
    }
}
