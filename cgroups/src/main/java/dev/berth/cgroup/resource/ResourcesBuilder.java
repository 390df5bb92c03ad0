package dev.berth.cgroup.resource;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Collects {@link Resources}; each setter may be left out. */
public final class ResourcesBuilder {
    private OptionalLong cpuShares = OptionalLong.empty();
    private OptionalLong cpuQuota = OptionalLong.empty();
    private OptionalLong cpuPeriod = OptionalLong.empty();
    private OptionalLong memoryLimit = OptionalLong.empty();
    private OptionalLong memorySwapLimit = OptionalLong.empty();
    private OptionalLong pidsLimit = OptionalLong.empty();
    private Optional<String> cpusetCpus = Optional.empty();
    private Optional<String> cpusetMems = Optional.empty();
    private final Map<String, Long> hugepageLimits = new HashMap<>();
    private final Map<String, String> unified = new HashMap<>();

    ResourcesBuilder() {}

    public ResourcesBuilder cpuShares(long value) {
        cpuShares = OptionalLong.of(value);
        return this;
    }

    public ResourcesBuilder cpuQuota(long value) {
        cpuQuota = OptionalLong.of(value);
        return this;
    }

    public ResourcesBuilder cpuPeriod(long value) {
        cpuPeriod = OptionalLong.of(value);
        return this;
    }

    public ResourcesBuilder memoryLimit(long value) {
        memoryLimit = OptionalLong.of(value);
        return this;
    }

    public ResourcesBuilder memorySwapLimit(long value) {
        memorySwapLimit = OptionalLong.of(value);
        return this;
    }

    public ResourcesBuilder pidsLimit(long value) {
        pidsLimit = OptionalLong.of(value);
        return this;
    }

    public ResourcesBuilder cpusetCpus(String list) {
        cpusetCpus = Optional.of(list);
        return this;
    }

    public ResourcesBuilder cpusetMems(String list) {
        cpusetMems = Optional.of(list);
        return this;
    }

    public ResourcesBuilder hugepageLimit(String pageSize, long bytes) {
        hugepageLimits.put(pageSize, bytes);
        return this;
    }

    public ResourcesBuilder unified(String file, String value) {
        unified.put(file, value);
        return this;
    }

    public Resources build() {
        return new Resources(
                cpuShares,
                cpuQuota,
                cpuPeriod,
                memoryLimit,
                memorySwapLimit,
                cpusetCpus,
                cpusetMems,
                pidsLimit,
                hugepageLimits,
                unified);
    }
}
