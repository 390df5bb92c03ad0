package dev.berth.cgroup.v2;

import dev.berth.cgroup.resource.Controller;
import dev.berth.cgroup.resource.Grain;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.ResourcesBuilder;
import dev.berth.cgroup.resource.Write;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.ArrayList;
import java.util.List;

/** cpu.weight and cpu.max. */
public final class CpuV2 implements Controller {
    private static final long FEWEST_SHARES = 2;
    private static final long MOST_SHARES = 262144;
    private static final long DEFAULT_WEIGHT = 100;
    private static final long DEFAULT_PERIOD = 100_000;

    @Override
    public List<Write> writes(String directory, Resources resources) throws ErrnoException {
        var writes = new ArrayList<Write>();
        if (Resources.asked(resources.cpuShares())) {
            long weight = weight(resources.cpuShares().getAsLong());
            writes.add(Write.of(directory + "/cpu.weight", Long.toString(weight)));
        }
        if (Resources.asked(resources.cpuQuota()) || Resources.asked(resources.cpuPeriod())) {
            String file = directory + "/cpu.max";
            writes.add(Write.of(file, max(file, resources)));
        }
        return writes;
    }

    @Override
    public void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException {
        long weight = Long.parseLong(Kernfs.read(directory + "/cpu.weight"));
        if (Resources.asked(asked.cpuShares())) {
            long shares = asked.cpuShares().getAsLong();
            found.cpuShares(weight(shares) == weight ? shares : shares(weight));
        } else if (weight != DEFAULT_WEIGHT) {
            found.cpuShares(shares(weight));
        }
        String file = directory + "/cpu.max";
        String quota = Kernfs.read(file).split(" ", 2)[0];
        Grain.cpu(quota.equals("max") ? -1 : Long.parseLong(quota), period(file), asked, found);
    }

    /** The fewest shares of this weight. */
    private static long shares(long weight) {
        return 2 + ((weight - 1) * 262142 + 9998) / 9999;
    }

    /** The linear map of 2..262144 onto 1..10000 that the kubelet uses for the pods' cgroups: ratios must agree. */
    static long weight(long shares) {
        long within = Math.clamp(shares, FEWEST_SHARES, MOST_SHARES);
        return 1 + (within - 2) * 9999 / 262142;
    }

    private static String max(String file, Resources resources) throws ErrnoException {
        if (!Resources.asked(resources.cpuQuota())) {
            String quota = Kernfs.read(file).split(" ", 2)[0];
            return quota + " " + resources.cpuPeriod().getAsLong();
        }
        long quota = resources.cpuQuota().getAsLong();
        long period =
                Resources.asked(resources.cpuPeriod()) ? resources.cpuPeriod().getAsLong() : period(file);
        return (quota < 0 ? "max" : Long.toString(quota)) + " " + period;
    }

    private static long period(String file) throws ErrnoException {
        String[] current = Kernfs.read(file).split(" ", 2);
        return current.length == 2 ? Long.parseLong(current[1].strip()) : DEFAULT_PERIOD;
    }
}
