package dev.berth.engine.stats;

import dev.berth.cgroup.stats.Stats;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.linux.net.InterfaceCounters;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one pod uses now.
 *
 * @param stats of the pod's own cgroup, or the sum of its containers if it has none; absent when it is not ready
 * @param cpuPerSecond nanoseconds of CPU time per second; absent until there are two readings
 * @param tasks threads of all processes
 * @param interfaces of the pod's own network without the loopback, the default one first; none on the host's network
 */
public record PodUsage(
        Sandbox sandbox,
        Optional<Stats> stats,
        OptionalLong cpuPerSecond,
        OptionalLong tasks,
        List<InterfaceCounters> interfaces,
        List<ContainerUsage> containers) {
    public PodUsage {
        interfaces = List.copyOf(interfaces);
        containers = List.copyOf(containers);
    }
}
