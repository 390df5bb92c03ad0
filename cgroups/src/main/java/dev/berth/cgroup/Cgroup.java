package dev.berth.cgroup;

import dev.berth.cgroup.device.DevicePolicy;
import dev.berth.cgroup.device.DeviceRule;
import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.WriteTransaction;
import dev.berth.cgroup.stats.CpuStats;
import dev.berth.cgroup.stats.DeviceIo;
import dev.berth.cgroup.stats.HugepageSizes;
import dev.berth.cgroup.stats.HugepageUsage;
import dev.berth.cgroup.stats.MemoryEvents;
import dev.berth.cgroup.stats.PidsStats;
import dev.berth.cgroup.stats.ReclaimStats;
import dev.berth.cgroup.stats.StatFile;
import dev.berth.cgroup.stats.Stats;
import dev.berth.cgroup.v1.BlkioV1;
import dev.berth.cgroup.v1.DevicesV1;
import dev.berth.cgroup.v1.StatsV1;
import dev.berth.cgroup.v2.DevicesV2;
import dev.berth.cgroup.v2.IoV2;
import dev.berth.cgroup.v2.StatsV2;
import dev.berth.linux.ErrnoException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One cgroup: the directory of the same path in every hierarchy. The kernel holds its state, this object only the name. */
public final class Cgroup {
    private final Hierarchies host;
    private final CgroupPath path;

    Cgroup(Hierarchies host, CgroupPath path) {
        this.host = host;
        this.path = path;
    }

    public String path() {
        return path.text();
    }

    /** Makes the directories, with missing parents, so that a process can be attached at once. May be called twice. */
    public void create() throws IOException {
        new CgroupTree(host, path).create();
    }

    /**
     * Sets limits: all, or none with an error that names the file and value refused. Swap limits without swap
     * accounting and huge page limits without the hugetlb controller have nothing to limit and are passed over.
     */
    public void apply(Resources resources) throws IOException {
        WriteTransaction.run(new Limits(host, path).writes(resources));
    }

    /**
     * The limits in force, in the words of those asked for: a number that the kernel keeps in its own grain is the one asked for, no
     * limit is negative, and what was not asked for and is as the kernel has it by itself is absent.
     */
    public Resources limits(Resources asked) throws IOException {
        return new Limits(host, path).read(asked);
    }

    /** Replaces the device rules. The list is read in order; what no rule names is as the last rule for all says. */
    public void devices(List<DeviceRule> rules) throws IOException {
        var policy = DevicePolicy.of(rules);
        if (host.unified()) {
            DevicesV2.replace(host.v2().orElseThrow() + path.text(), policy);
        } else {
            DevicesV1.replace(host.directory("devices", path).orElseThrow(), policy);
        }
    }

    /** The v1 files into which a process writes "0" to attach itself; none on a v2 host. */
    public List<String> tasksFiles() {
        return host.unified()
                ? List.of()
                : host.v1Roots().stream()
                        .map(root -> root + path.text() + "/tasks")
                        .toList();
    }

    /** The v2 directory, for cloning into. On a hybrid host it holds the processes but no limits. */
    public Optional<String> v2Directory() {
        return host.v2().map(root -> root + path.text());
    }

    /** The file with the line {@code oom_kill N}. */
    public Optional<String> oomFile() {
        return host.directory("memory", path)
                .map(directory -> directory + (host.unified() ? "/memory.events" : "/memory.oom_control"));
    }

    public Stats stats() throws ErrnoException {
        return host.unified() ? new StatsV2(host, path).read() : new StatsV1(host, path).read();
    }

    public CpuStats cpuStats() throws ErrnoException {
        return host.unified() ? new StatsV2(host, path).cpu() : new StatsV1(host, path).cpu();
    }

    public ReclaimStats reclaimStats() throws ErrnoException {
        return host.unified() ? new StatsV2(host, path).reclaim() : new StatsV1(host, path).reclaim();
    }

    public PidsStats pidsStats() throws ErrnoException {
        return host.unified() ? new StatsV2(host, path).pids() : new StatsV1(host, path).pids();
    }

    /** How many threads there are, of all processes. */
    public long tasks() throws ErrnoException {
        return new StatFile()
                .read(host.directory("pids", path).orElseThrow() + "/pids.current")
                .single();
    }

    public MemoryEvents memoryEvents() throws ErrnoException {
        return host.unified() ? new StatsV2(host, path).memoryEvents() : new StatsV1(host, path).memoryEvents();
    }

    /** By block device; empty without the controller (io, blkio). */
    public List<DeviceIo> io() throws ErrnoException {
        var directory = host.directory(host.unified() ? "io" : "blkio", path);
        if (directory.isEmpty()) {
            return List.of();
        }
        return host.unified() ? IoV2.read(directory.get()) : BlkioV1.read(directory.get());
    }

    /** By page size; empty without the controller. */
    public List<HugepageUsage> hugepages() throws ErrnoException {
        var directory = host.directory("hugetlb", path);
        return directory.isEmpty() ? List.of() : HugepageSizes.read(directory.get(), new StatFile(), host.unified());
    }

    /** Kills every process of this cgroup and those below it, without waiting for their end. Nothing to kill is fine. */
    public void kill() throws IOException {
        new Members(host, path).kill();
    }

    /** Whether a process lives in this cgroup or below it; false if there is no such cgroup. */
    public boolean populated() throws IOException {
        return new Members(host, path).populated();
    }

    /** Process ids of this cgroup and those below it; empty if there is no such cgroup. */
    public List<Integer> processes() throws IOException {
        return new Members(host, path).processes();
    }

    /**
     * Removes the cgroup and empty ones below it from every hierarchy, waiting a bounded time for processes that are
     * just ending. Fails if one lives on: it never ends a process. May be called twice.
     */
    public void remove() throws IOException {
        new CgroupTree(host, path).remove();
    }

    @Override
    public String toString() {
        return path.text();
    }
}
