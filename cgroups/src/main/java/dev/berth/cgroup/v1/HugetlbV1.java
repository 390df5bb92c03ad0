package dev.berth.cgroup.v1;

import dev.berth.cgroup.resource.Controller;
import dev.berth.cgroup.resource.Grain;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.ResourcesBuilder;
import dev.berth.cgroup.resource.Write;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** hugetlb.SIZE.limit_in_bytes and its reservation limit, which kernels before 5.7 do not have. */
public final class HugetlbV1 implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) {
        return resources.hugepageLimits().entrySet().stream()
                .flatMap(limit -> writes(directory + "/hugetlb." + limit.getKey(), limit.getValue()))
                .toList();
    }

    @Override
    public void read(String directory, Resources asked, ResourcesBuilder found) throws ErrnoException {
        for (Map.Entry<String, Long> limit : asked.hugepageLimits().entrySet()) {
            String has = Kernfs.read(directory + "/hugetlb." + limit.getKey() + ".limit_in_bytes");
            Grain.limit(has, OptionalLong.of(limit.getValue()))
                    .ifPresent(bytes -> found.hugepageLimit(limit.getKey(), bytes));
        }
    }

    private static Stream<Write> writes(String prefix, long bytes) {
        return Stream.of(
                Write.of(prefix + ".limit_in_bytes", Long.toString(bytes)),
                Write.optional(prefix + ".rsvd.limit_in_bytes", Long.toString(bytes)));
    }
}
