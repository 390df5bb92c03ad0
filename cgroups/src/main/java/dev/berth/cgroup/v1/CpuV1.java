package dev.berth.cgroup.v1;

import dev.berth.cgroup.resource.Controller;
import dev.berth.cgroup.resource.Grain;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.ResourcesBuilder;
import dev.berth.cgroup.resource.Write;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.ArrayList;
import java.util.List;

/** cpu.shares and the CFS bandwidth files. */
public final class CpuV1 implements Controller {
    private static final long DEFAULT_SHARES = 1024;

    @Override
    public List<Write> writes(String directory, Resources resources) throws ErrnoException {
        var writes = new ArrayList<Write>();
        if (Resources.asked(resources.cpuShares())) {
            writes.add(Write.of(
                    directory + "/cpu.shares",
                    Long.toString(resources.cpuShares().getAsLong())));
        }
        bandwidth(directory, resources, writes);
        return writes;
    }

    @Override
    public void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException {
        long shares = number(directory + "/cpu.shares");
        if (Resources.asked(asked.cpuShares()) || shares != DEFAULT_SHARES) {
            found.cpuShares(shares);
        }
        Grain.cpu(number(directory + "/cpu.cfs_quota_us"), number(directory + "/cpu.cfs_period_us"), asked, found);
    }

    private static long number(String file) throws ErrnoException {
        return Long.parseLong(Kernfs.read(file));
    }

    /**
     * A new period with the old quota may be more than the parent allows, which the kernel refuses; so the quota is
     * lifted first when both change. The parent's limit holds meanwhile.
     */
    private static void bandwidth(String directory, Resources resources, List<Write> writes) throws ErrnoException {
        String quotaFile = directory + "/cpu.cfs_quota_us";
        if (Resources.asked(resources.cpuPeriod())) {
            String periodFile = directory + "/cpu.cfs_period_us";
            String period = Long.toString(resources.cpuPeriod().getAsLong());
            if (Resources.asked(resources.cpuQuota())
                    && !Kernfs.read(periodFile).equals(period)) {
                writes.add(Write.of(quotaFile, "-1"));
            }
            writes.add(Write.of(periodFile, period));
        }
        if (Resources.asked(resources.cpuQuota())) {
            writes.add(Write.of(
                    quotaFile, Long.toString(Math.max(-1, resources.cpuQuota().getAsLong()))));
        }
    }
}
