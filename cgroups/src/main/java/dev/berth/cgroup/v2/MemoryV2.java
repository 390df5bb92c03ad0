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
import java.util.Optional;
import java.util.OptionalLong;

/** memory.max and memory.swap.max; the latter is missing on a kernel without swap accounting. */
public final class MemoryV2 implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) {
        var writes = new ArrayList<Write>();
        if (Resources.asked(resources.memoryLimit())) {
            writes.add(Write.of(
                    directory + "/memory.max", text(resources.memoryLimit().getAsLong())));
        }
        if (Resources.asked(resources.memorySwapLimit())) {
            writes.add(Write.optional(directory + "/memory.swap.max", swap(resources)));
        } else if (resources.memoryLimit().orElse(0) < 0) {
            writes.add(Write.optional(directory + "/memory.swap.max", "max"));
        }
        return writes;
    }

    @Override
    public void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException {
        OptionalLong limit = Grain.bytes(Kernfs.read(directory + "/memory.max"), asked.memoryLimit());
        limit.ifPresent(found::memoryLimit);
        Optional<String> swap = Grain.ifPresent(directory + "/memory.swap.max");
        if (swap.isPresent()) {
            Grain.bytes(both(limit, swap.get()), asked.memorySwapLimit()).ifPresent(found::memorySwapLimit);
        }
    }

    private static String both(OptionalLong memory, String swap) {
        return memory.orElse(-1) < 0 || swap.equals("max")
                ? "max"
                : Long.toString(memory.getAsLong() + Long.parseLong(swap));
    }

    /** v2 counts swap apart from memory, the specification counts both together. */
    private static String swap(Resources resources) {
        long both = resources.memorySwapLimit().getAsLong();
        return text(both < 0 ? both : both - resources.memoryLimit().orElse(0));
    }

    private static String text(long bytes) {
        return bytes < 0 ? "max" : Long.toString(bytes);
    }
}
