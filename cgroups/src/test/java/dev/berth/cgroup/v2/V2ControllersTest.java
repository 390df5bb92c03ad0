package dev.berth.cgroup.v2;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.cgroup.Cgroup;
import dev.berth.cgroup.CgroupHost;
import dev.berth.cgroup.TestCgroups;
import dev.berth.cgroup.Workload;
import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written for v2. That the kernel takes it can be seen only on a host whose controllers are v2's. */
final class V2ControllersTest {
    @ParameterizedTest
    @CsvSource({"2, 1", "1, 1", "1024, 39", "262144, 10000", "512, 20", "99999999, 10000"})
    void sharesBecomeTheWeightThatTheKubeletGivesPods(long shares, long weight) {
        assertEquals(weight, CpuV2.weight(shares));
    }

    @Test
    void cpuLimitsAreOneFile() throws IOException {
        var resources = Resources.builder()
                .cpuShares(1024)
                .cpuQuota(50_000)
                .cpuPeriod(100_000)
                .build();
        assertEquals(
                List.of(Write.of("/c/cpu.weight", "39"), Write.of("/c/cpu.max", "50000 100000")),
                new CpuV2().writes("/c", resources));
        var lifted = Resources.builder().cpuQuota(-1).cpuPeriod(100_000).build();
        assertEquals(List.of(Write.of("/c/cpu.max", "max 100000")), new CpuV2().writes("/c", lifted));
    }

    @ParameterizedTest
    @CsvSource({"100, 300, 100, 200", "100, 100, 100, 0", "100, -1, 100, max", "-1, -1, max, max", "-1, 0, max, max"})
    void swapIsWhatIsBeyondMemory(long memory, long both, String max, String swap) {
        var resources =
                Resources.builder().memoryLimit(memory).memorySwapLimit(both).build();
        assertEquals(
                List.of(Write.of("/c/memory.max", max), Write.optional("/c/memory.swap.max", swap)),
                new MemoryV2().writes("/c", resources));
    }

    @Test
    void aMemoryLimitAloneLeavesSwap() {
        var resources = Resources.builder().memoryLimit(100).build();
        assertEquals(List.of(Write.of("/c/memory.max", "100")), new MemoryV2().writes("/c", resources));
    }

    @ParameterizedTest
    @CsvSource({"20, 512, 512", "20, 1024, 501", "100, 0, 0", "1, 0, 2", "10000, 262144, 262144"})
    void aWeightIsToldAsTheSharesThatWereAskedFor(long weight, long asked, long shares, @TempDir Path cgroup)
            throws IOException {
        Files.writeString(cgroup.resolve("cpu.weight"), weight + "\n");
        Files.writeString(cgroup.resolve("cpu.max"), "max 100000\n");
        var found = Resources.builder();
        new CpuV2().read(cgroup.toString(), Resources.builder().cpuShares(asked).build(), found);
        assertEquals(shares, found.build().cpuShares().orElse(0));
        assertEquals(OptionalLong.empty(), found.build().cpuPeriod());
    }

    @ParameterizedTest
    @CsvSource({"4096, 8192, 4096, 12292", "4096, max, 4096, -1", "max, 0, -1, -1", "4096, 0, 4100, 4100"})
    void swapIsToldTogetherWithMemory(String max, String swap, long memory, long both, @TempDir Path cgroup)
            throws IOException {
        Files.writeString(cgroup.resolve("memory.max"), max + "\n");
        Files.writeString(cgroup.resolve("memory.swap.max"), swap + "\n");
        var asked = Resources.builder().memoryLimit(4100).memorySwapLimit(4100).build();
        var found = Resources.builder();
        new MemoryV2().read(cgroup.toString(), asked, found);
        assertEquals(memory == 4096 ? 4100 : memory, found.build().memoryLimit().orElse(0));
        assertEquals(both, found.build().memorySwapLimit().orElse(0));
    }

    @Test
    void swapBelowOrWithoutMemoryIsRefused() {
        var below = Resources.builder().memoryLimit(100).memorySwapLimit(50);
        assertThrows(IllegalArgumentException.class, below::build);
        var without = Resources.builder().memorySwapLimit(50);
        assertThrows(IllegalArgumentException.class, without::build);
    }

    @Test
    void hugePagesAreLimitedInUseAndInReservation() {
        var resources = Resources.builder().hugepageLimit("2MB", 4_194_304).build();
        assertEquals(
                List.of(
                        Write.of("/c/hugetlb.2MB.max", "4194304"),
                        Write.optional("/c/hugetlb.2MB.rsvd.max", "4194304")),
                new HugetlbV2().writes("/c", resources));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../memory.max",
                "memory/max",
                "cgroup.kill",
                "cgroup.procs",
                "memory",
                "io.max",
                "",
                "memory.\nmax"
            })
    void aUnifiedNameThatIsNoLimitOfAnAvailableControllerIsRefused(String name) {
        var controllers = Set.of("cpu", "memory", "pids");
        assertThrows(IllegalArgumentException.class, () -> UnifiedFiles.check(controllers, name, "1"));
    }

    @Test
    void aUnifiedNameOfAnAvailableControllerIsTaken() {
        assertDoesNotThrow(() -> UnifiedFiles.check(Set.of("memory"), "memory.high", "1000000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-", "a", "0,,1", "0\n1", "-1"})
    void aCpuListThatIsNoneIsRefused(String list) {
        var builder = Resources.builder().cpusetCpus(list);
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    @Test
    void processorTimeIsInEveryV2CgroupEvenWithoutTheController() throws IOException {
        try (var cgroups = new TestCgroups(CgroupHost.detect(), this)) {
            Cgroup cgroup = cgroups.at("time");
            cgroup.create();
            try (var workload = Workload.in(cgroup)) {
                workload.run("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
                var cpu = new StatsV2(Hierarchies.detect(), new CgroupPath(cgroup.path())).cpu();
                assertEquals(true, cpu.userNanos() + cpu.systemNanos() > 1_000_000, cpu.toString());
            }
        }
    }
}
