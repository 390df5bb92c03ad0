package dev.berth.engine.limits;

import dev.berth.cgroup.device.DeviceRule;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.ResourcesBuilder;
import dev.berth.engine.oci.DeviceCgroup;
import dev.berth.engine.oci.Resources.Cpu;
import dev.berth.engine.oci.Resources.Memory;
import dev.berth.engine.oci.Spec;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The limits of an OCI spec as the cgroup module takes them. */
public final class SpecLimits {
    private SpecLimits() {}

    public static Resources resources(Spec spec) {
        var limits = Resources.builder();
        var asked = spec.linux().resources();
        if (asked != null) {
            cpu(asked.cpu(), limits);
            memory(asked.memory(), limits);
            if (asked.pids() != null) {
                limits.pidsLimit(asked.pids().limit());
            }
            asked.hugepageLimits().forEach(each -> limits.hugepageLimit(each.pageSize(), each.limit()));
            asked.unified().forEach(limits::unified);
        }
        return limits.build();
    }

    /** The device list, in order; without one a container gets the default devices. */
    public static List<DeviceRule> devices(Spec spec) {
        var asked = spec.linux().resources();
        return asked == null || asked.devices().isEmpty()
                ? DeviceRule.containerDefaults()
                : asked.devices().stream().map(SpecLimits::rule).toList();
    }

    private static void cpu(@Nullable Cpu cpu, ResourcesBuilder limits) {
        if (cpu != null) {
            ifPresent(cpu.shares(), limits::cpuShares);
            ifPresent(cpu.quota(), limits::cpuQuota);
            ifPresent(cpu.period(), limits::cpuPeriod);
            ifPresent(cpu.cpus(), limits::cpusetCpus);
            ifPresent(cpu.mems(), limits::cpusetMems);
        }
    }

    private static void memory(@Nullable Memory memory, ResourcesBuilder limits) {
        if (memory != null) {
            ifPresent(memory.limit(), limits::memoryLimit);
            ifPresent(memory.swap(), limits::memorySwapLimit);
        }
    }

    private static <T> void ifPresent(@Nullable T value, Consumer<T> consumer) {
        if (value != null) {
            consumer.accept(value);
        }
    }

    private static DeviceRule rule(DeviceCgroup rule) {
        return new DeviceRule(
                rule.allow(),
                rule.type() == null ? 'a' : rule.type().charAt(0),
                number(rule.major()),
                number(rule.minor()),
                rule.access() == null ? "rwm" : rule.access());
    }

    private static OptionalLong number(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
