package dev.berth.cri.metrics.container;

import static dev.berth.cri.metrics.container.Family.counter;
import static dev.berth.cri.metrics.container.Family.gauge;

import dev.berth.cgroup.stats.Pressure;
import dev.berth.cgroup.stats.PressureStats;
import dev.berth.cgroup.stats.Stats;
import dev.berth.cri.metrics.container.Family.Kind;
import dev.berth.cri.metrics.container.Family.Sample;
import dev.berth.engine.stats.CgroupUse;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** What every cgroup tells, a container's and a pod's. */
final class CgroupFamilies {
    private static final double SECOND = 1e9;

    private CgroupFamilies() {}

    /** @param unified whether cgroups v2 count, which count more */
    static List<Family<CgroupUse>> all(boolean unified) {
        return Stream.of(
                        cpu(),
                        memory(),
                        reclaim(),
                        unified ? reclaimed() : List.<Family<CgroupUse>>of(),
                        tasks(),
                        pressure())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Family<CgroupUse>> cpu() {
        return List.of(
                counter(
                        "container_cpu_user_seconds_total",
                        "CPU time spent in user mode, in seconds.",
                        use -> use.cpu().userNanos() / SECOND),
                counter(
                        "container_cpu_system_seconds_total",
                        "CPU time spent in the kernel, in seconds.",
                        use -> use.cpu().systemNanos() / SECOND),
                new Family<>(
                        "container_cpu_usage_seconds_total",
                        "CPU time, in seconds.",
                        Kind.COUNTER,
                        List.of("cpu"),
                        use -> List.of(Sample.of(use.stats().cpuNanos() / SECOND, "total"))),
                counter(
                        "container_cpu_cfs_periods_total",
                        "Enforcement periods of the CPU quota that have passed.",
                        use -> use.cpu().periods()),
                counter(
                        "container_cpu_cfs_throttled_periods_total",
                        "Enforcement periods in which the CPU quota was used up.",
                        use -> use.cpu().throttledPeriods()),
                counter(
                        "container_cpu_cfs_throttled_seconds_total",
                        "Time that tasks waited because the CPU quota was used up, in seconds.",
                        use -> use.cpu().throttledNanos() / SECOND),
                counter(
                        "container_cpu_cfs_burst_periods_total",
                        "Enforcement periods that used what was saved in others.",
                        use -> use.cpu().burstPeriods()),
                counter(
                        "container_cpu_cfs_burst_seconds_total",
                        "CPU time beyond the quota, saved before, in seconds.",
                        use -> use.cpu().burstNanos() / SECOND));
    }

    private static List<Family<CgroupUse>> memory() {
        return List.of(
                gauge(
                        "container_memory_cache",
                        "Page cache, in bytes.",
                        use -> use.stats().memory().cacheBytes()),
                gauge(
                        "container_memory_rss",
                        "Anonymous memory, in bytes.",
                        use -> use.stats().memory().rssBytes()),
                gauge(
                        "container_memory_kernel_usage",
                        "Memory of the kernel, in bytes.",
                        use -> use.stats().memory().kernelBytes()),
                gauge(
                        "container_memory_mapped_file",
                        "Mapped files, in bytes.",
                        use -> use.stats().memory().mappedFileBytes()),
                gauge(
                        "container_memory_swap",
                        "Swap in use, in bytes.",
                        use -> use.stats().memory().swapBytes()),
                gauge(
                        "container_memory_usage_bytes",
                        "All memory in use, page cache too, in bytes.",
                        use -> use.stats().memory().usageBytes()),
                gauge(
                        "container_memory_working_set_bytes",
                        "Memory without the inactive part of the page cache, in bytes.",
                        use -> use.stats().memory().workingSetBytes()),
                gauge(
                        "container_memory_total_active_file_bytes",
                        "Active page cache, in bytes.",
                        use -> use.stats().memory().activeFileBytes()),
                gauge(
                        "container_memory_total_inactive_file_bytes",
                        "Inactive page cache, in bytes.",
                        use -> use.stats().memory().inactiveFileBytes()),
                new Family<>(
                        "container_memory_failures_total",
                        "Page faults, by kind.",
                        Kind.COUNTER,
                        List.of("failure_type", "scope"),
                        CgroupFamilies::faults));
    }

    /** The kernel counts a cgroup together with those below it; both scopes are asked for by dashboards. */
    private static List<Sample> faults(CgroupUse use) {
        var memory = use.stats().memory();
        return Stream.of("container", "hierarchy")
                .flatMap(scope -> Stream.of(
                        Sample.of(memory.pageFaults(), "pgfault", scope),
                        Sample.of(memory.majorPageFaults(), "pgmajfault", scope)))
                .toList();
    }

    private static List<Family<CgroupUse>> reclaim() {
        return List.of(
                gauge(
                        "container_memory_file_dirty_bytes",
                        "Page cache that is newer than its file, in bytes.",
                        use -> use.reclaim().dirtyBytes()),
                gauge(
                        "container_memory_file_writeback_bytes",
                        "Page cache that is being written, in bytes.",
                        use -> use.reclaim().writebackBytes()),
                counter(
                        "container_memory_workingset_refault_anon_total",
                        "Anonymous pages that were wanted again soon after they had been taken.",
                        use -> use.reclaim().refaultedAnonymous()),
                counter(
                        "container_memory_workingset_refault_file_total",
                        "Pages of files that were wanted again soon after they had been taken.",
                        use -> use.reclaim().refaultedFile()));
    }

    private static List<Family<CgroupUse>> reclaimed() {
        return List.of(
                known(
                        "container_memory_pgscan_total",
                        "Pages looked at for taking.",
                        use -> use.reclaim().scanned()),
                known(
                        "container_memory_pgsteal_total",
                        "Pages taken.",
                        use -> use.reclaim().taken()));
    }

    /** A counter that not every kernel keeps. */
    private static Family<CgroupUse> known(String name, String help, Function<CgroupUse, OptionalLong> counter) {
        return new Family<>(
                name,
                help,
                Kind.COUNTER,
                List.of(),
                use -> counter.apply(use).stream().mapToObj(Sample::of).toList());
    }

    private static List<Family<CgroupUse>> tasks() {
        return List.of(
                gauge(
                        "container_threads",
                        "Tasks: threads of all processes.",
                        use -> use.pids().current()),
                gauge(
                        "container_threads_max",
                        "Limit of tasks; 0 is none.",
                        use -> use.pids().limit().orElse(0)));
    }

    private static List<Family<CgroupUse>> pressure() {
        return List.of(
                waiting("cpu", PressureStats::cpu),
                stalled("cpu", PressureStats::cpu),
                waiting("memory", PressureStats::memory),
                stalled("memory", PressureStats::memory),
                waiting("io", PressureStats::io),
                stalled("io", PressureStats::io));
    }

    private static Family<CgroupUse> waiting(String resource, Function<PressureStats, Pressure> pressure) {
        return new Family<>(
                "container_pressure_" + resource + "_waiting_seconds_total",
                "Time in which at least one task waited for " + resource + ", in seconds.",
                Kind.COUNTER,
                List.of(),
                use -> seconds(use.stats(), each -> pressure.apply(each).some()));
    }

    private static Family<CgroupUse> stalled(String resource, Function<PressureStats, Pressure> pressure) {
        return new Family<>(
                "container_pressure_" + resource + "_stalled_seconds_total",
                "Time in which all tasks waited for " + resource + ", in seconds.",
                Kind.COUNTER,
                List.of(),
                use -> seconds(use.stats(), each -> pressure.apply(each).full()));
    }

    private static List<Sample> seconds(Stats stats, Function<PressureStats, Pressure.Stall> stall) {
        return stats.pressure()
                .map(each -> List.of(Sample.of(stall.apply(each).totalNanos() / SECOND)))
                .orElse(List.of());
    }
}
