package dev.berth.cgroup.resource;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.List;

/** pids.max, the same on v1 and v2. */
public final class Pids implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) {
        if (!Resources.asked(resources.pidsLimit())) {
            return List.of();
        }
        long limit = resources.pidsLimit().getAsLong();
        return List.of(Write.of(directory + "/pids.max", limit < 0 ? "max" : Long.toString(limit)));
    }

    @Override
    public void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException {
        Grain.limit(Kernfs.read(directory + "/pids.max"), asked.pidsLimit()).ifPresent(found::pidsLimit);
    }
}
