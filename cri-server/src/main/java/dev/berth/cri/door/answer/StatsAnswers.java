package dev.berth.cri.door.answer;

import dev.berth.cgroup.stats.MemoryStats;
import dev.berth.cgroup.stats.Pressure;
import dev.berth.cgroup.stats.PressureStats;
import dev.berth.cgroup.stats.Stats;
import dev.berth.cri.api.ContainerAttributes;
import dev.berth.cri.api.ContainerStats;
import dev.berth.cri.api.ContainerStatsFilter;
import dev.berth.cri.api.CpuUsage;
import dev.berth.cri.api.FilesystemIdentifier;
import dev.berth.cri.api.FilesystemUsage;
import dev.berth.cri.api.IoUsage;
import dev.berth.cri.api.MemoryUsage;
import dev.berth.cri.api.PsiData;
import dev.berth.cri.api.PsiStats;
import dev.berth.cri.api.SwapUsage;
import dev.berth.cri.api.UInt64Value;
import dev.berth.engine.container.Container;
import dev.berth.engine.stats.ContainerUsage;
import dev.berth.engine.stats.LayerSizes;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Statistics as CRI shows them. */
public final class StatsAnswers {
    private StatsAnswers() {}

    public static boolean matches(Container container, ContainerStatsFilter filter) {
        return container.id().startsWith(filter.getId())
                && container.record().sandboxId().startsWith(filter.getPodSandboxId())
                && container
                        .config()
                        .labels()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }

    /**
     * All of one container.
     *
     * @param root the directory whose file system holds the writable layers
     */
    public static ContainerStats stats(ContainerUsage usage, Path root) {
        var config = usage.container().config();
        var answer = ContainerStats.newBuilder()
                .setAttributes(ContainerAttributes.newBuilder()
                        .setId(usage.container().id())
                        .setMetadata(ContainerAnswers.metadata(config))
                        .putAllLabels(config.labels())
                        .putAllAnnotations(config.annotations()))
                .setWritableLayer(layer(usage.writableLayer(), root));
        usage.stats().ifPresent(stats -> {
            answer.setCpu(cpu(stats, usage.cpuPerSecond()));
            answer.setMemory(memory(stats));
            answer.setSwap(swap(stats));
            stats.pressure().ifPresent(pressure -> answer.setIo(io(stats, pressure)));
        });
        return answer.build();
    }

    public static FilesystemUsage filesystem(long timestamp, Path mountpoint, long bytes, long inodes) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(timestamp)
                .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(mountpoint.toString()))
                .setUsedBytes(value(bytes))
                .setInodesUsed(value(inodes))
                .build();
    }

    private static FilesystemUsage layer(LayerSizes.Size size, Path root) {
        return filesystem(size.takenNanos(), root, size.bytes(), size.inodes());
    }

    static CpuUsage cpu(Stats stats, OptionalLong perSecond) {
        var cpu = CpuUsage.newBuilder()
                .setTimestamp(stats.timestampNanos())
                .setUsageCoreNanoSeconds(value(stats.cpuNanos()));
        perSecond.ifPresent(rate -> cpu.setUsageNanoCores(value(rate)));
        stats.pressure().ifPresent(pressure -> cpu.setPsi(psi(pressure.cpu())));
        return cpu.build();
    }

    static MemoryUsage memory(Stats stats) {
        MemoryStats memory = stats.memory();
        var answer = MemoryUsage.newBuilder()
                .setTimestamp(stats.timestampNanos())
                .setWorkingSetBytes(value(memory.workingSetBytes()))
                .setUsageBytes(value(memory.usageBytes()))
                .setRssBytes(value(memory.rssBytes()))
                .setPageFaults(value(memory.pageFaults()))
                .setMajorPageFaults(value(memory.majorPageFaults()));
        memory.availableBytes().ifPresent(bytes -> answer.setAvailableBytes(value(bytes)));
        stats.pressure().ifPresent(pressure -> answer.setPsi(psi(pressure.memory())));
        return answer.build();
    }

    static IoUsage io(Stats stats, PressureStats pressure) {
        return IoUsage.newBuilder()
                .setTimestamp(stats.timestampNanos())
                .setPsi(psi(pressure.io()))
                .build();
    }

    private static SwapUsage swap(Stats stats) {
        var swap = SwapUsage.newBuilder()
                .setTimestamp(stats.timestampNanos())
                .setSwapUsageBytes(value(stats.memory().swapBytes()));
        stats.memory()
                .swapLimitBytes()
                .ifPresent(limit -> swap.setSwapAvailableBytes(
                        value(Math.max(0, limit - stats.memory().swapBytes()))));
        return swap.build();
    }

    private static PsiStats psi(Pressure pressure) {
        return PsiStats.newBuilder()
                .setSome(psi(pressure.some()))
                .setFull(psi(pressure.full()))
                .build();
    }

    private static PsiData psi(Pressure.Stall stall) {
        return PsiData.newBuilder()
                .setTotal(stall.totalNanos())
                .setAvg10(stall.avg10())
                .setAvg60(stall.avg60())
                .setAvg300(stall.avg300())
                .build();
    }

    static UInt64Value value(long number) {
        return UInt64Value.newBuilder().setValue(number).build();
    }
}
