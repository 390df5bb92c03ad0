package dev.berth.cri.door.answer;

import dev.berth.cri.api.LinuxPodSandboxStats;
import dev.berth.cri.api.NetworkInterfaceUsage;
import dev.berth.cri.api.NetworkUsage;
import dev.berth.cri.api.PodSandboxAttributes;
import dev.berth.cri.api.PodSandboxStats;
import dev.berth.cri.api.PodSandboxStatsFilter;
import dev.berth.cri.api.ProcessUsage;
import dev.berth.engine.record.Times;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.stats.PodUsage;
import dev.berth.linux.net.InterfaceCounters;
import java.nio.file.Path;
import java.util.List;

/** Statistics of pods as CRI shows them. */
public final class PodStatsAnswers {
    private PodStatsAnswers() {}

    public static boolean matches(Sandbox sandbox, PodSandboxStatsFilter filter) {
        return sandbox.id().startsWith(filter.getId())
                && sandbox.config()
                        .labels()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }

    /**
     * All of one pod.
     *
     * @param root the directory whose file system holds the writable layers
     */
    public static PodSandboxStats stats(PodUsage usage, Path root) {
        var config = usage.sandbox().config();
        var linux = LinuxPodSandboxStats.newBuilder();
        usage.stats().ifPresent(stats -> {
            linux.setCpu(StatsAnswers.cpu(stats, usage.cpuPerSecond()));
            linux.setMemory(StatsAnswers.memory(stats));
            usage.tasks()
                    .ifPresent(tasks -> linux.setProcess(ProcessUsage.newBuilder()
                            .setTimestamp(stats.timestampNanos())
                            .setProcessCount(StatsAnswers.value(tasks))));
            stats.pressure().ifPresent(pressure -> linux.setIo(StatsAnswers.io(stats, pressure)));
        });
        if (!usage.interfaces().isEmpty()) {
            linux.setNetwork(network(usage.interfaces()));
        }
        usage.containers().forEach(each -> linux.addContainers(StatsAnswers.stats(each, root)));
        return PodSandboxStats.newBuilder()
                .setAttributes(PodSandboxAttributes.newBuilder()
                        .setId(usage.sandbox().id())
                        .setMetadata(SandboxAnswers.metadata(config.metadata()))
                        .putAllLabels(config.labels())
                        .putAllAnnotations(config.annotations()))
                .setLinux(linux)
                .build();
    }

    private static NetworkUsage network(List<InterfaceCounters> interfaces) {
        return NetworkUsage.newBuilder()
                .setTimestamp(Times.now())
                .setDefaultInterface(usage(interfaces.getFirst()))
                .addAllInterfaces(
                        interfaces.stream().skip(1).map(PodStatsAnswers::usage).toList())
                .build();
    }

    private static NetworkInterfaceUsage usage(InterfaceCounters each) {
        return NetworkInterfaceUsage.newBuilder()
                .setName(each.name())
                .setRxBytes(StatsAnswers.value(each.received().bytes()))
                .setRxErrors(StatsAnswers.value(each.received().errors()))
                .setTxBytes(StatsAnswers.value(each.transmitted().bytes()))
                .setTxErrors(StatsAnswers.value(each.transmitted().errors()))
                .build();
    }
}
