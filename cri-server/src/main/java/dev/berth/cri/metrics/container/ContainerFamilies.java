package dev.berth.cri.metrics.container;

import static dev.berth.cri.metrics.container.Family.counter;
import static dev.berth.cri.metrics.container.Family.gauge;

import dev.berth.cri.metrics.container.Family.Kind;
import dev.berth.cri.metrics.container.Family.Sample;
import dev.berth.engine.request.ResourceInput;
import java.util.List;
import java.util.stream.Stream;

/** What only a container tells: its processes, its limits, its times. */
final class ContainerFamilies {
    private static final double SECOND = 1e9;

    /** A reservation in the words of cgroup v2, the only way to ask the CRI for one. */
    private static final String RESERVATION = "memory.low";

    /** What the kernel gives a cgroup by itself: microseconds, and v1's weight. */
    private static final long DEFAULT_PERIOD = 100_000;

    private static final long DEFAULT_SHARES = 1024;

    private ContainerFamilies() {}

    /** @param unified whether cgroups v2 count, which count more */
    static List<Family<ContainerSubject>> all(boolean unified) {
        return Stream.of(
                        memory(),
                        unified ? throttled() : List.<Family<ContainerSubject>>of(),
                        processes(),
                        life(),
                        limits(),
                        DiskFamilies.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Family<ContainerSubject>> memory() {
        return List.of(
                gauge(
                        "container_memory_max_usage_bytes",
                        "The most memory ever in use, in bytes.",
                        each -> each.detail().memory().peakBytes()),
                counter(
                        "container_memory_failcnt",
                        "How often the memory limit was hit.",
                        each -> each.detail().memory().limitFailures()),
                counter(
                        "container_memory_events_max_total",
                        "How often the memory limit was hit.",
                        each -> each.detail().memory().limitFailures()),
                counter(
                        "container_oom_events_total",
                        "Processes killed for want of memory.",
                        each -> each.detail().memory().oomKills()),
                new Family<>(
                        "container_hugetlb_usage_bytes",
                        "Memory in huge pages, in bytes.",
                        Kind.GAUGE,
                        List.of("pagesize"),
                        each -> each.detail().hugepages().stream()
                                .map(pages -> Sample.of(pages.usageBytes(), pages.size()))
                                .toList()),
                new Family<>(
                        "container_hugetlb_max_usage_bytes",
                        "The most memory ever in huge pages, in bytes.",
                        Kind.GAUGE,
                        List.of("pagesize"),
                        each -> each.detail().hugepages().stream()
                                .filter(pages -> pages.peakBytes().isPresent())
                                .map(pages -> Sample.of(pages.peakBytes().getAsLong(), pages.size()))
                                .toList()));
    }

    private static List<Family<ContainerSubject>> throttled() {
        return List.of(new Family<>(
                "container_memory_events_high_total",
                "How often tasks were slowed down above memory.high.",
                Kind.COUNTER,
                List.of(),
                each -> each.detail().memory().throttlings().stream()
                        .mapToObj(Sample::of)
                        .toList()));
    }

    private static List<Family<ContainerSubject>> processes() {
        return List.of(
                gauge(
                        "container_processes",
                        "Processes.",
                        each -> each.detail().processes().processes()),
                gauge(
                        "container_file_descriptors",
                        "Open descriptors of all processes.",
                        each -> each.detail().processes().descriptors()),
                gauge(
                        "container_sockets",
                        "Open sockets of all processes.",
                        each -> each.detail().processes().sockets()),
                new Family<>(
                        "container_ulimits_soft",
                        "Soft limits of the first process.",
                        Kind.GAUGE,
                        List.of("ulimit"),
                        each -> each.detail().processes().openFilesLimit().stream()
                                .mapToObj(limit -> Sample.of(limit, "max_open_files"))
                                .toList()));
    }

    private static List<Family<ContainerSubject>> life() {
        return List.of(
                gauge(
                        "container_creation_time_seconds",
                        "When it was created, in seconds since the epoch.",
                        each -> each.detail().usage().container().record().createdAt() / SECOND),
                gauge(
                        "container_start_time_seconds",
                        "When it was started, in seconds since the epoch.",
                        each -> each.detail().startedAt() / SECOND),
                gauge(
                        "container_last_seen",
                        "When it was last seen, in seconds since the epoch.",
                        each -> each.detail().cgroup().stats().timestampNanos() / SECOND));
    }

    private static List<Family<ContainerSubject>> limits() {
        return List.of(
                gauge(
                        "container_spec_cpu_period",
                        "Enforcement period of the CPU quota, in microseconds.",
                        each -> orDefault(limits(each).cpuPeriod(), DEFAULT_PERIOD)),
                new Family<>(
                        "container_spec_cpu_quota",
                        "CPU time that may be used in each period, in microseconds; absent without a limit.",
                        Kind.GAUGE,
                        List.of(),
                        each -> limits(each).cpuQuota() > 0
                                ? List.of(Sample.of(limits(each).cpuQuota()))
                                : List.of()),
                gauge(
                        "container_spec_cpu_shares",
                        "Weight in the sharing of CPU time.",
                        each -> orDefault(limits(each).cpuShares(), DEFAULT_SHARES)),
                gauge(
                        "container_spec_memory_limit_bytes",
                        "Limit of memory, in bytes; 0 is none.",
                        each -> known(limits(each).memoryLimit())),
                gauge(
                        "container_spec_memory_swap_limit_bytes",
                        "Limit of memory and swap, in bytes; 0 is none.",
                        each -> known(limits(each).memorySwapLimit())),
                gauge(
                        "container_spec_memory_reservation_limit_bytes",
                        "Memory that is protected from reclaim, in bytes.",
                        each -> reservation(limits(each))));
    }

    private static ResourceInput limits(ContainerSubject subject) {
        return subject.detail().limits();
    }

    private static long orDefault(long value, long byKernel) {
        return value == 0 ? byKernel : value;
    }

    /** -1 is unlimited. */
    private static long known(long limit) {
        return Math.max(0, limit);
    }

    private static double reservation(ResourceInput limits) {
        var text = limits.unified().getOrDefault(RESERVATION, "0").strip();
        return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? Double.parseDouble(text) : 0;
    }
}
