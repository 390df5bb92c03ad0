package dev.berth.engine.stats;

import dev.berth.cgroup.stats.Stats;
import dev.berth.engine.container.Container;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one container uses now.
 *
 * @param stats what its cgroup tells; absent when it is not running
 * @param cpuPerSecond nanoseconds of CPU time per second; absent until there are two readings
 */
public record ContainerUsage(
        Container container, Optional<Stats> stats, OptionalLong cpuPerSecond, LayerSizes.Size writableLayer) {}
