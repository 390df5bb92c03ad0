package dev.berth.cgroup.v1;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.stats.CpuStats;
import dev.berth.cgroup.stats.MemoryEvents;
import dev.berth.cgroup.stats.MemoryStats;
import dev.berth.cgroup.stats.PidsStats;
import dev.berth.cgroup.stats.PressureFiles;
import dev.berth.cgroup.stats.ReclaimStats;
import dev.berth.cgroup.stats.StatFile;
import dev.berth.cgroup.stats.Stats;
import dev.berth.cgroup.stats.WallClock;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.time.Clock;
import java.util.OptionalLong;

/** Statistics from the v1 hierarchies. */
public final class StatsV1 {
    /** cpuacct.stat counts in USER_HZ, which is 100 on every Linux architecture that Java runs on. */
    private static final long TICK = 10_000_000;

    /** What v1 prints for "no limit", rounded down to pages of at most 64 KiB. */
    private static final long UNLIMITED = Long.MAX_VALUE / 65536 * 65536;

    private final Hierarchies host;
    private final CgroupPath path;
    private final StatFile file = new StatFile();

    public StatsV1(Hierarchies host, CgroupPath path) {
        this.host = host;
        this.path = path;
    }

    public Stats read() throws ErrnoException {
        long cpu = file.read(directory("cpuacct") + "/cpuacct.usage").single();
        return new Stats(WallClock.nanos(Clock.systemUTC()), cpu, memory(), PressureFiles.read(host, path, file));
    }

    public MemoryEvents memoryEvents() throws ErrnoException {
        String memory = directory("memory");
        long peak = file.read(memory + "/memory.max_usage_in_bytes").single();
        long failures = file.read(memory + "/memory.failcnt").single() + swapFailures(memory);
        return new MemoryEvents(
                peak,
                failures,
                OptionalLong.empty(),
                file.read(memory + "/memory.oom_control").value("oom_kill"));
    }

    /** When memory and memory+swap have the same limit, the kernel hits the latter first and counts it there alone. */
    private long swapFailures(String memory) throws ErrnoException {
        try {
            return file.read(memory + "/memory.memsw.failcnt").single();
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return 0;
            }
            throw e;
        }
    }

    public CpuStats cpu() throws ErrnoException {
        file.read(directory("cpuacct") + "/cpuacct.stat");
        long user = TICK * file.value("user");
        long system = TICK * file.value("system");
        file.read(directory("cpu") + "/cpu.stat");
        return new CpuStats(
                user,
                system,
                file.value("nr_periods"),
                file.value("nr_throttled"),
                file.value("throttled_time"),
                file.value("nr_bursts"),
                file.value("burst_time"));
    }

    public ReclaimStats reclaim() throws ErrnoException {
        file.read(directory("memory") + "/memory.stat");
        return new ReclaimStats(
                file.value("total_dirty"),
                file.value("total_writeback"),
                file.value("total_workingset_refault_anon"),
                file.value("total_workingset_refault_file"),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private MemoryStats memory() throws ErrnoException {
        String memory = directory("memory");
        long usage = file.read(memory + "/memory.usage_in_bytes").single();
        file.read(memory + "/memory.stat");
        // in the order of the file
        OptionalLong limit = limit(file.value("hierarchical_memory_limit"));
        OptionalLong swapLimit = swapLimit(limit, limit(file.value("hierarchical_memsw_limit")));
        long cache = file.value("total_cache");
        long rss = file.value("total_rss");
        long mapped = file.value("total_mapped_file");
        long swap = file.value("total_swap");
        long faults = file.value("total_pgfault");
        long majorFaults = file.value("total_pgmajfault");
        long inactive = file.value("total_inactive_file");
        long active = file.value("total_active_file");
        long kernel = Math.max(0, usage - rss - cache);
        return new MemoryStats(
                usage, limit, rss, cache, mapped, active, inactive, kernel, swap, swapLimit, faults, majorFaults);
    }

    public PidsStats pids() throws ErrnoException {
        String pids = directory("pids");
        long current = file.read(pids + "/pids.current").single();
        return new PidsStats(current, file.read(pids + "/pids.max").singleOrMax());
    }

    private String directory(String controller) {
        return host.directory(controller, path).orElseThrow();
    }

    private static OptionalLong limit(long bytes) {
        return bytes == 0 || bytes >= UNLIMITED ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    private static OptionalLong swapLimit(OptionalLong memory, OptionalLong both) {
        return memory.isPresent() && both.isPresent()
                ? OptionalLong.of(Math.max(0, both.getAsLong() - memory.getAsLong()))
                : OptionalLong.empty();
    }
}
