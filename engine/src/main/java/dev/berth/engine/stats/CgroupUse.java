package dev.berth.engine.stats;

import dev.berth.cgroup.stats.CpuStats;
import dev.berth.cgroup.stats.PidsStats;
import dev.berth.cgroup.stats.ReclaimStats;
import dev.berth.cgroup.stats.Stats;

/** All that metrics tell of any cgroup, a container's or a pod's. */
public record CgroupUse(Stats stats, CpuStats cpu, PidsStats pids, ReclaimStats reclaim) {}
