package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Limits of a container's cgroup. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Resources(
        List<DeviceCgroup> devices,
        @Nullable Memory memory,
        @Nullable Cpu cpu,
        @Nullable Pids pids,
        List<HugepageLimit> hugepageLimits,
        Map<String, String> unified) {
    public Resources {
        devices = Absent.list(devices);
        hugepageLimits = Absent.list(hugepageLimits);
        unified = Absent.map(unified);
    }

    /** The same with more devices. */
    public Resources with(List<DeviceCgroup> more) {
        var rules = Stream.concat(devices.stream(), more.stream()).toList();
        return new Resources(rules, memory, cpu, pids, hugepageLimits, unified);
    }

    /** Bytes; {@code swap} is memory and swap together. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Memory(@Nullable Long limit, @Nullable Long swap) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Cpu(
            @Nullable Long shares,
            @Nullable Long quota,
            @Nullable Long period,
            @Nullable String cpus,
            @Nullable String mems) {}

    public record Pids(long limit) {}

    /** {@code pageSize} in the kernel's spelling, such as {@code 2MB}. */
    public record HugepageLimit(String pageSize, long limit) {}
}
