package dev.berth.cgroup.resource;

import java.util.ArrayList;
import java.util.List;

/** cpuset.cpus and cpuset.mems, which v1 and v2 spell alike. */
public final class Cpuset implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) {
        var writes = new ArrayList<Write>();
        resources.cpusetCpus().ifPresent(list -> writes.add(Write.of(directory + "/cpuset.cpus", list)));
        resources.cpusetMems().ifPresent(list -> writes.add(Write.of(directory + "/cpuset.mems", list)));
        return writes;
    }
}
