package dev.berth.cgroup.resource;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** cpuset.cpus and cpuset.mems, which v1 and v2 spell alike. */
public final class Cpuset implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) {
        var writes = new ArrayList<Write>();
        resources.cpusetCpus().ifPresent(list -> writes.add(Write.of(directory + "/cpuset.cpus", list)));
        resources.cpusetMems().ifPresent(list -> writes.add(Write.of(directory + "/cpuset.mems", list)));
        return writes;
    }

    /** v1 fills in the parent's list where none was asked for. */
    @Override
    public void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException {
        if (asked.cpusetCpus().isPresent()) {
            list(directory + "/cpuset.cpus").ifPresent(found::cpusetCpus);
        }
        if (asked.cpusetMems().isPresent()) {
            list(directory + "/cpuset.mems").ifPresent(found::cpusetMems);
        }
    }

    private static Optional<String> list(String file) throws ErrnoException {
        return Optional.of(Kernfs.read(file)).filter(list -> !list.isEmpty());
    }
}
