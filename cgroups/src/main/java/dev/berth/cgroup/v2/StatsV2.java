package dev.berth.cgroup.v2;

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

/** Statistics from the v2 hierarchy. */
public final class StatsV2 {
    private static final long MICROSECOND = 1000;

    private final Hierarchies host;
    private final CgroupPath path;
    private final String directory;
    private final StatFile file = new StatFile();

    public StatsV2(Hierarchies host, CgroupPath path) {
        this.host = host;
        this.path = path;
        this.directory = host.v2().orElseThrow() + path.text();
    }

    public Stats read() throws ErrnoException {
        long cpu = MICROSECOND * file.read(directory + "/cpu.stat").value("usage_usec");
        return new Stats(WallClock.nanos(Clock.systemUTC()), cpu, memory(), PressureFiles.read(host, path, file));
    }

    public MemoryEvents memoryEvents() throws ErrnoException {
        long peak = readIfPresent("/memory.peak") ? file.single() : 0;
        file.read(directory + "/memory.events");
        return new MemoryEvents(peak, file.value("max"), OptionalLong.of(file.value("high")), file.value("oom_kill"));
    }

    /** cpu.stat is there in every v2 cgroup, with the bandwidth lines only where the controller is. */
    public CpuStats cpu() throws ErrnoException {
        file.read(directory + "/cpu.stat");
        return new CpuStats(
                MICROSECOND * file.value("user_usec"),
                MICROSECOND * file.value("system_usec"),
                file.value("nr_periods"),
                file.value("nr_throttled"),
                MICROSECOND * file.value("throttled_usec"),
                file.value("nr_bursts"),
                MICROSECOND * file.value("burst_usec"));
    }

    public ReclaimStats reclaim() throws ErrnoException {
        file.read(directory + "/memory.stat");
        return new ReclaimStats(
                file.value("file_dirty"),
                file.value("file_writeback"),
                file.value("workingset_refault_anon"),
                file.value("workingset_refault_file"),
                OptionalLong.of(file.value("pgscan")),
                OptionalLong.of(file.value("pgsteal")));
    }

    private MemoryStats memory() throws ErrnoException {
        long usage = file.read(directory + "/memory.current").single();
        OptionalLong limit = file.read(directory + "/memory.max").singleOrMax();
        boolean swapAccounting = readIfPresent("/memory.swap.current");
        long swap = swapAccounting ? file.single() : 0;
        OptionalLong swapLimit =
                swapAccounting && readIfPresent("/memory.swap.max") ? file.singleOrMax() : OptionalLong.empty();
        file.read(directory + "/memory.stat");
        return new MemoryStats(
                usage,
                limit,
                file.value("anon"),
                file.value("file"),
                file.value("file_mapped"),
                file.value("active_file"),
                file.value("inactive_file"),
                file.value("kernel"),
                swap,
                swapLimit,
                file.value("pgfault"),
                file.value("pgmajfault"));
    }

    public PidsStats pids() throws ErrnoException {
        long current = file.read(directory + "/pids.current").single();
        return new PidsStats(current, file.read(directory + "/pids.max").singleOrMax());
    }

    private boolean readIfPresent(String name) throws ErrnoException {
        try {
            file.read(directory + name);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }
}
