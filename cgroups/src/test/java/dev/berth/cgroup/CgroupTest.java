package dev.berth.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cgroup.device.DeviceRule;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.stats.PidsStats;
import dev.berth.cgroup.stats.Stats;
import dev.berth.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the host's own hierarchies: v1 controllers with a v2 hierarchy beside them. */
final class CgroupTest {
    private static final long MIB = 1 << 20;

    private Hierarchies hierarchies;
    private TestCgroups cgroups;

    @BeforeEach
    void detect() throws IOException {
        hierarchies = Hierarchies.detect();
        assertFalse(hierarchies.unified(), "these tests need a hybrid host: v1 controllers and a cgroup2 mount");
        cgroups = new TestCgroups(CgroupHost.detect(), this);
    }

    @AfterEach
    void leaveNothing() throws IOException {
        cgroups.close();
        for (String root : hierarchies.v1Roots()) {
            assertFalse(Files.exists(Path.of(root + cgroups.top().path())), root);
        }
    }

    @Test
    void aNewCgroupExistsInEveryHierarchyAndTakesAProcessAtOnce() throws IOException {
        Cgroup cgroup = cgroups.at("pod/container");
        cgroup.create();
        cgroup.create();
        try (var workload = Workload.in(cgroup)) {
            assertEquals(List.of(workload.pid()), cgroup.processes());
            assertTrue(cgroup.populated());
            assertTrue(cgroups.top().populated());
            String self = String.join("\n", workload.run("cat /proc/self/cgroup"));
            for (String controller : List.of("cpu", "cpuacct", "cpuset", "memory", "devices", "pids", "")) {
                assertTrue(self.contains(":" + controller + ":" + cgroup.path()), controller + " in " + self);
            }
        }
    }

    @Test
    void limitsAreInTheFiles() throws IOException {
        Cgroup cgroup = created("limits");
        cgroup.apply(Resources.builder()
                .cpuShares(512)
                .cpuPeriod(50_000)
                .cpuQuota(25_000)
                .memoryLimit(64 * MIB)
                .memorySwapLimit(96 * MIB)
                .pidsLimit(37)
                .cpusetCpus("0")
                .cpusetMems("0")
                .hugepageLimit("2MB", 0)
                .build());
        assertEquals("512", value(cgroup, "cpu", "cpu.shares"));
        assertEquals("50000", value(cgroup, "cpu", "cpu.cfs_period_us"));
        assertEquals("25000", value(cgroup, "cpu", "cpu.cfs_quota_us"));
        assertEquals(64 * MIB, Long.parseLong(value(cgroup, "memory", "memory.limit_in_bytes")));
        assertEquals(96 * MIB, Long.parseLong(value(cgroup, "memory", "memory.memsw.limit_in_bytes")));
        assertEquals("37", value(cgroup, "pids", "pids.max"));
        assertEquals("0", value(cgroup, "cpuset", "cpuset.cpus"));
    }

    @Test
    void limitsAreReadBackInTheWordsOfThoseAskedFor() throws IOException {
        Cgroup cgroup = created("read");
        Resources asked = Resources.builder()
                .cpuShares(512)
                .cpuPeriod(50_000)
                .cpuQuota(25_000)
                .memoryLimit(100_000_001)
                .memorySwapLimit(100_000_001)
                .pidsLimit(37)
                .cpusetCpus("0")
                .build();
        cgroup.apply(asked);
        assertEquals(asked, cgroup.limits(asked));
        cgroup.apply(Resources.builder()
                .memoryLimit(64 * MIB)
                .memorySwapLimit(-1)
                .cpuQuota(-1)
                .build());
        Resources changed = cgroup.limits(asked);
        assertEquals(OptionalLong.of(64 * MIB), changed.memoryLimit());
        assertEquals(OptionalLong.of(-1), changed.memorySwapLimit());
        assertEquals(OptionalLong.of(-1), changed.cpuQuota());
    }

    @Test
    void aCgroupWithoutLimitsTellsOfNone() throws IOException {
        assertEquals(Resources.none(), created("free").limits(Resources.none()));
    }

    @Test
    void memoryAndSwapMoveUpAndDownTogether() throws IOException {
        Cgroup cgroup = created("memory");
        for (long limit : new long[] {64 * MIB, 256 * MIB, 32 * MIB}) {
            cgroup.apply(Resources.builder()
                    .memoryLimit(limit)
                    .memorySwapLimit(limit)
                    .build());
            assertEquals(limit, Long.parseLong(value(cgroup, "memory", "memory.limit_in_bytes")));
            assertEquals(limit, Long.parseLong(value(cgroup, "memory", "memory.memsw.limit_in_bytes")));
        }
        cgroup.apply(Resources.builder().memoryLimit(-1).build());
        assertTrue(cgroup.stats().memory().limitBytes().isEmpty());
    }

    @Test
    void aQuotaAndPeriodBelowALimitedParentChangeInAnyDirection() throws IOException {
        Cgroup parent = created("cpu");
        parent.apply(Resources.builder().cpuPeriod(100_000).cpuQuota(50_000).build());
        Cgroup child = created("cpu/child");
        child.apply(Resources.builder().cpuPeriod(100_000).cpuQuota(50_000).build());
        child.apply(Resources.builder().cpuPeriod(20_000).cpuQuota(10_000).build());
        child.apply(Resources.builder().cpuPeriod(200_000).cpuQuota(100_000).build());
        assertEquals("100000", value(child, "cpu", "cpu.cfs_quota_us"));
    }

    @Test
    void aRefusedLimitUndoesTheOthersAndIsNamed() throws IOException {
        Cgroup cgroup = created("refused");
        cgroup.apply(Resources.builder().pidsLimit(10).memoryLimit(64 * MIB).build());
        var impossible = Resources.builder()
                .pidsLimit(20)
                .memoryLimit(32 * MIB)
                .cpusetCpus("4000")
                .build();
        var refused = assertThrows(ErrnoException.class, () -> cgroup.apply(impossible));
        assertTrue(refused.toString().contains("cpuset.cpus, \"4000\""), refused.toString());
        assertEquals(0, refused.getSuppressed().length);
        assertEquals("10", value(cgroup, "pids", "pids.max"));
        assertEquals(64 * MIB, Long.parseLong(value(cgroup, "memory", "memory.limit_in_bytes")));
    }

    @Test
    void unifiedFilesAreRefusedHere() throws IOException {
        Cgroup cgroup = created("unified");
        var resources = Resources.builder().unified("memory.high", "1000000").build();
        assertThrows(IllegalArgumentException.class, () -> cgroup.apply(resources));
    }

    @Test
    void thePidsLimitHolds() throws IOException {
        Cgroup cgroup = created("pids");
        cgroup.apply(Resources.builder().pidsLimit(1).build());
        try (var workload = Workload.in(cgroup)) {
            assertEquals(new PidsStats(1, OptionalLong.of(1)), cgroup.pidsStats());
            String answer = String.join("\n", workload.run("/bin/true"));
            assertTrue(answer.contains("fork"), answer);
        }
    }

    @Test
    void anOutOfMemoryKillIsCounted() throws Exception {
        Cgroup cgroup = created("oom");
        cgroup.apply(Resources.builder()
                .memoryLimit(8 * MIB)
                .memorySwapLimit(8 * MIB)
                .build());
        try (var workload = Workload.in(cgroup)) {
            String last =
                    workload.run("head -c 64M /dev/zero | tail >/dev/null").getLast();
            assertEquals("status 137", last);
            assertEquals(1, cgroup.memoryEvents().oomKills());
            assertEquals(8 * MIB, cgroup.memoryEvents().peakBytes());
            assertTrue(Files.readString(Path.of(cgroup.oomFile().orElseThrow())).contains("oom_kill 1"));
        }
    }

    @Test
    void onlyAllowedDevicesOpen() throws IOException {
        Cgroup cgroup = created("devices");
        cgroup.devices(DeviceRule.containerDefaults());
        try (var workload = Workload.in(cgroup)) {
            assertEquals(List.of("status 0"), workload.run("true < /dev/zero > /dev/null"));
            assertTrue(workload.run("true < /dev/kmsg").getFirst().contains("not permitted"));
            cgroup.devices(List.of(DeviceRule.allowAll()));
            assertEquals(List.of("status 0"), workload.run("true < /dev/kmsg"));
        }
    }

    @Test
    void killEndsEveryProcessBelowAndThenTheCgroupCanBeRemoved() throws Exception {
        Cgroup parent = created("kill");
        Cgroup child = created("kill/child");
        try (var one = Workload.in(parent);
                var two = Workload.in(child)) {
            parent.kill();
            assertEquals(137, one.exitCode());
            assertEquals(137, two.exitCode());
            parent.remove();
            assertFalse(parent.populated());
            assertTrue(parent.processes().isEmpty());
            parent.kill();
            parent.remove();
        }
    }

    @Test
    void aProcessInTheV1HierarchiesAloneIsFoundAndKilled() throws Exception {
        Cgroup cgroup = created("straggler");
        try (var workload = Workload.in(cgroup)) {
            workload.run("echo 0 > " + hierarchies.v2().orElseThrow() + "/cgroup.procs");
            assertTrue(cgroup.populated());
            assertEquals(List.of(workload.pid()), cgroup.processes());
            cgroup.kill();
            assertEquals(137, workload.exitCode());
        }
    }

    @Test
    void aCgroupWithALiveProcessIsNotRemovedAndTheProcessIsNamed() throws IOException {
        Cgroup cgroup = created("alive");
        try (var workload = Workload.in(cgroup)) {
            var refused = assertThrows(ErrnoException.class, cgroup::remove);
            assertTrue(refused.toString().contains("[" + workload.pid() + "]"), refused.toString());
            assertEquals(List.of("status 0"), workload.run("true"));
        }
    }

    @Test
    void statisticsShowWhatAProcessUsed() throws IOException {
        Cgroup cgroup = created("stats");
        cgroup.apply(Resources.builder()
                .memoryLimit(256 * MIB)
                .cpuPeriod(10_000)
                .cpuQuota(5_000)
                .build());
        try (var workload = Workload.in(cgroup)) {
            workload.run("x=$(head -c 4000000 /dev/zero | tr '\\0' x)");
            workload.run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
            Stats stats = cgroup.stats();
            assertTrue(stats.cpuNanos() > 10_000_000, stats.toString());
            assertTrue(cgroup.cpuStats().userNanos() > 0, stats.toString());
            assertTrue(cgroup.cpuStats().throttledPeriods() > 0, stats.toString());
            assertTrue(stats.memory().rssBytes() > 0, stats.toString());
            assertTrue(stats.memory().pageFaults() > 0, stats.toString());
            assertTrue(stats.memory().workingSetBytes() <= stats.memory().usageBytes());
            assertEquals(OptionalLong.of(256 * MIB), stats.memory().limitBytes());
            if (hierarchies.pressure()) {
                assertTrue(stats.pressure().orElseThrow().cpu().some().totalNanos() > 0, stats.toString());
            }
            assertTrue(stats.timestampNanos() > 1_700_000_000_000_000_000L);
        }
    }

    @Test
    void statisticsOfARemovedCgroupAreAnError() {
        assertThrows(ErrnoException.class, () -> cgroups.at("never-made").stats());
    }

    private Cgroup created(String name) throws IOException {
        Cgroup cgroup = cgroups.at(name);
        cgroup.create();
        return cgroup;
    }

    private String value(Cgroup cgroup, String controller, String file) throws IOException {
        return Files.readString(Path.of(hierarchies.controllerRoot(controller).orElseThrow() + cgroup.path(), file))
                .strip();
    }
}
