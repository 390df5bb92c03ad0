package dev.berth.cgroup.hierarchy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the hierarchies are mounted.
 *
 * @param v1 controller to mount point; empty on a host with v2 only
 * @param v2 mount point of the v2 hierarchy, if any
 */
record CgroupMounts(Map<String, String> v1, Optional<String> v2) {
    private static final Set<String> CONTROLLERS =
            Set.of("cpu", "cpuacct", "cpuset", "memory", "devices", "pids", "hugetlb", "blkio", "freezer");

    /** Reads lines of proc_pid_mountinfo(5); of several mounts of one hierarchy the first counts. */
    static CgroupMounts parse(List<String> mountinfo) {
        var v1 = new LinkedHashMap<String, String>();
        Optional<String> v2 = Optional.empty();
        for (String line : mountinfo) {
            int dash = line.indexOf(" - ");
            String[] left = dash < 0 ? new String[0] : line.substring(0, dash).split(" ", -1);
            String[] right = dash < 0 ? new String[0] : line.substring(dash + 3).split(" ", -1);
            if (left.length < 6 || right.length < 3) {
                continue;
            }
            if (right[0].equals("cgroup2") && v2.isEmpty()) {
                v2 = Optional.of(unescape(left[4]));
            } else if (right[0].equals("cgroup")) {
                String mountPoint = unescape(left[4]);
                Arrays.stream(right[2].split(",", -1))
                        .filter(CONTROLLERS::contains)
                        .forEach(controller -> v1.putIfAbsent(controller, mountPoint));
            }
        }
        return new CgroupMounts(v1, v2);
    }

    /** The kernel writes space, tab, newline and backslash as three octal digits after a backslash. */
    private static String unescape(String field) {
        var text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 <= field.length() - 1) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
