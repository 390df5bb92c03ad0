package dev.berth.cgroup.v1;

import dev.berth.cgroup.resource.Controller;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.Write;
import java.util.List;
import java.util.stream.Stream;

/** hugetlb.SIZE.limit_in_bytes and its reservation limit, which kernels before 5.7 do not have. */
public final class HugetlbV1 implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) {
        return resources.hugepageLimits().entrySet().stream()
                .flatMap(limit -> writes(directory + "/hugetlb." + limit.getKey(), limit.getValue()))
                .toList();
    }

    private static Stream<Write> writes(String prefix, long bytes) {
        return Stream.of(
                Write.of(prefix + ".limit_in_bytes", Long.toString(bytes)),
                Write.optional(prefix + ".rsvd.limit_in_bytes", Long.toString(bytes)));
    }
}
