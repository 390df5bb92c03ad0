package dev.berth.cgroup.hierarchy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CgroupMountsTest {
    @Test
    void everyControllerHasItsOwnMountEvenWhenMountedTogetherOrOddlyNamed() {
        var mounts = CgroupMounts.parse(List.of(
                "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
                "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 master:1 - cgroup cgroup rw,cpu,cpuacct",
                "33 31 0:30 / /odd\\040place rw - cgroup cgroup rw,memory",
                "34 31 0:31 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd",
                "35 31 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate",
                "36 31 0:32 / /elsewhere rw - cgroup2 cgroup2 rw",
                "garbage"));
        assertEquals(
                Map.of(
                        "cpu", "/sys/fs/cgroup/cpu,cpuacct",
                        "cpuacct", "/sys/fs/cgroup/cpu,cpuacct",
                        "memory", "/odd place"),
                mounts.v1());
        assertEquals(Optional.of("/sys/fs/cgroup/unified"), mounts.v2());
    }

    @Test
    void aHostWithoutCgroupsIsAClearError() {
        var none = CgroupMounts.parse(List.of("23 1 8:1 / / rw - ext4 /dev/sda1 rw"));
        var refused = assertThrows(IOException.class, () -> Hierarchies.of(none));
        assertTrue(refused.toString().contains("no cgroup hierarchy is mounted"), refused.toString());
    }

    @Test
    void missingControllersAreNamed() {
        var some = new CgroupMounts(Map.of("cpu", "/c", "cpuacct", "/c", "pids", "/p"), Optional.empty());
        var refused = assertThrows(IOException.class, () -> Hierarchies.of(some));
        assertTrue(refused.toString().endsWith("devices, memory"), refused.toString());
    }
}
