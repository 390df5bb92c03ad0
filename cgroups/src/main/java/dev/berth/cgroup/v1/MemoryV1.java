package dev.berth.cgroup.v1;

import dev.berth.cgroup.resource.Controller;
import dev.berth.cgroup.resource.Grain;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.ResourcesBuilder;
import dev.berth.cgroup.resource.Write;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** memory.limit_in_bytes and memory.memsw.limit_in_bytes; the latter is missing on a kernel without swap accounting. */
public final class MemoryV1 implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) throws ErrnoException {
        String limitFile = directory + "/memory.limit_in_bytes";
        String swapFile = directory + "/memory.memsw.limit_in_bytes";
        OptionalLong limit = resources.memoryLimit();
        if (!Resources.asked(limit)) {
            return Resources.asked(resources.memorySwapLimit())
                    ? List.of(Write.optional(swapFile, text(resources.memorySwapLimit())))
                    : List.of();
        }
        // lifting the memory limit alone would be refused while memory+swap is still limited
        OptionalLong swap = limit.getAsLong() < 0 ? OptionalLong.of(-1) : resources.memorySwapLimit();
        Write limitWrite = Write.of(limitFile, text(limit));
        if (!Resources.asked(swap)) {
            return List.of(limitWrite);
        }
        Write swapWrite = Write.optional(swapFile, text(swap));
        return raises(limitFile, swap) ? List.of(swapWrite, limitWrite) : List.of(limitWrite, swapWrite);
    }

    @Override
    public void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException {
        OptionalLong limit = Grain.bytes(Kernfs.read(directory + "/memory.limit_in_bytes"), asked.memoryLimit());
        limit.ifPresent(found::memoryLimit);
        Optional<String> both = Grain.ifPresent(directory + "/memory.memsw.limit_in_bytes");
        if (both.isPresent() && limit.orElse(-1) > 0) {
            Grain.bytes(both.get(), asked.memorySwapLimit()).ifPresent(found::memorySwapLimit);
        }
    }

    /** memory+swap may never be below memory: going up it moves first, going down it moves last. */
    private static boolean raises(String limitFile, OptionalLong swap) throws ErrnoException {
        return swap.getAsLong() < 0 || swap.getAsLong() >= Long.parseLong(Kernfs.read(limitFile));
    }

    private static String text(OptionalLong bytes) {
        return Long.toString(Math.max(-1, bytes.getAsLong()));
    }
}
