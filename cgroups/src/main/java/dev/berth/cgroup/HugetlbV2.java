package dev.berth.cgroup;

import java.util.List;
import java.util.stream.Stream;

/** hugetlb.SIZE.max and its reservation limit, which kernels before 5.7 do not have. */
final class HugetlbV2 implements Controller {
    @Override
    public List<Write> writes(String directory, Resources resources) {
        return resources.hugepageLimits().entrySet().stream()
                .flatMap(limit -> writes(directory + "/hugetlb." + limit.getKey(), limit.getValue()))
                .toList();
    }

    private static Stream<Write> writes(String prefix, long bytes) {
        return Stream.of(
                Write.of(prefix + ".max", Long.toString(bytes)),
                Write.optional(prefix + ".rsvd.max", Long.toString(bytes)));
    }
}
