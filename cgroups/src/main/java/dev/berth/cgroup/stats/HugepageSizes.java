package dev.berth.cgroup.stats;

import dev.berth.linux.ErrnoException;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Reads the hugetlb controller's files, one set for each page size of the host. */
public final class HugepageSizes {
    private static final String HOST = "/sys/kernel/mm/hugepages";
    private static final String PREFIX = "hugepages-";
    private static final String SUFFIX = "kB";
    private static final int KILO = 1024;

    private HugepageSizes() {}

    public static List<HugepageUsage> read(String directory, StatFile file, boolean unified) throws ErrnoException {
        var usages = new ArrayList<HugepageUsage>();
        for (String size : sizes()) {
            String prefix = directory + "/hugetlb." + size;
            usages.add(
                    unified
                            ? new HugepageUsage(
                                    size, file.read(prefix + ".current").single(), OptionalLong.empty())
                            : new HugepageUsage(
                                    size,
                                    file.read(prefix + ".usage_in_bytes").single(),
                                    OptionalLong.of(file.read(prefix + ".max_usage_in_bytes")
                                            .single())));
        }
        return usages;
    }

    private static List<String> sizes() {
        var names = new File(HOST).list();
        return names == null
                ? List.of()
                : Arrays.stream(names)
                        .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX))
                        .map(name ->
                                name(Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()))))
                        .toList();
    }

    /** As the kernel names the files: 2048 kB is 2MB, 1048576 kB is 1GB, 64 kB is 64KB. */
    private static String name(long kilobytes) {
        if (kilobytes >= KILO * KILO) {
            return kilobytes / KILO / KILO + "GB";
        }
        return kilobytes >= KILO ? kilobytes / KILO + "MB" : kilobytes + "KB";
    }
}
