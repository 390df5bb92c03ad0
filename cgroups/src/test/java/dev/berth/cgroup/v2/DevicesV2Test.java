package dev.berth.cgroup.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cgroup.Cgroup;
import dev.berth.cgroup.CgroupHost;
import dev.berth.cgroup.TestCgroups;
import dev.berth.cgroup.Workload;
import dev.berth.cgroup.device.DevicePolicy;
import dev.berth.cgroup.device.DeviceRule;
import dev.berth.linux.bpf.CgroupDeviceProgram;
import dev.berth.linux.kernfs.Kernfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generated program, attached to a v2 cgroup: that hierarchy runs it on a hybrid host as well. */
final class DevicesV2Test {
    private TestCgroups cgroups;
    private Cgroup cgroup;
    private String directory;

    @BeforeEach
    void create() throws IOException {
        cgroups = new TestCgroups(CgroupHost.detect(), this);
        cgroup = cgroups.at("container");
        cgroup.create();
        directory = cgroup.v2Directory().orElseThrow();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        cgroups.close();
    }

    @Test
    void onlyAllowedDevicesOpen() throws IOException {
        replace(DeviceRule.containerDefaults());
        try (var workload = Workload.in(cgroup)) {
            assertEquals(List.of("status 0"), workload.run("true < /dev/zero > /dev/null"));
            assertTrue(workload.run("true < /dev/kmsg").getFirst().contains("not permitted"));
        }
    }

    @Test
    void everyNodeMayBeMadeByDefaultButNotOpened(@TempDir Path temporary) throws IOException {
        replace(DeviceRule.containerDefaults());
        try (var workload = Workload.in(cgroup)) {
            Path node = temporary.resolve("kmsg");
            assertEquals(List.of("status 0"), workload.run("mknod " + node + " c 1 11"));
            assertTrue(workload.run("true < " + node).getFirst().contains("not permitted"));
        }
    }

    @Test
    void nothingIsAllowedByAnEmptyList(@TempDir Path temporary) throws IOException {
        replace(List.of());
        try (var workload = Workload.in(cgroup)) {
            assertTrue(workload.run("true < /dev/null").getFirst().contains("not permitted"));
            String answer = workload.run("mknod " + temporary.resolve("null") + " c 1 3")
                    .getFirst();
            assertTrue(answer.contains("not permitted"), answer);
        }
    }

    @Test
    void accessIsTakenApartByReadAndWrite() throws IOException {
        replace(List.of(DeviceRule.denyAll(), zero(true, "r")));
        try (var workload = Workload.in(cgroup)) {
            assertEquals(List.of("status 0"), workload.run("true < /dev/zero"));
            assertTrue(workload.run("true > /dev/zero").getFirst().contains("not permitted"));
            assertTrue(workload.run("true <> /dev/zero").getFirst().contains("not permitted"));
            replace(List.of(DeviceRule.denyAll(), zero(true, "r"), zero(true, "w")));
            assertEquals(List.of("status 0"), workload.run("true <> /dev/zero"));
        }
    }

    @Test
    void aDeniedDeviceAmongAllAllowedIsRefused() throws IOException {
        replace(List.of(DeviceRule.allowAll(), zero(false, "w")));
        try (var workload = Workload.in(cgroup)) {
            assertEquals(List.of("status 0"), workload.run("true < /dev/zero"));
            assertTrue(workload.run("true <> /dev/zero").getFirst().contains("not permitted"));
            assertEquals(List.of("status 0"), workload.run("true < /dev/kmsg"));
        }
    }

    @Test
    void aReplacedProgramLeavesOneAttached() throws IOException {
        replace(List.of());
        replace(List.of(DeviceRule.allowAll()));
        replace(DeviceRule.containerDefaults());
        try (var fd = Kernfs.directory(directory)) {
            assertEquals(1, CgroupDeviceProgram.attached(fd, directory).size());
        }
    }

    @Test
    void aLongListOfDevicesIsStillAccepted() throws IOException {
        var rules = new ArrayList<>(List.of(DeviceRule.denyAll()));
        for (int minor = 0; minor < 300; minor++) {
            rules.add(new DeviceRule(true, 'b', OptionalLong.of(259), OptionalLong.of(minor), "rwm"));
        }
        replace(rules);
    }

    private void replace(List<DeviceRule> rules) throws IOException {
        DevicesV2.replace(directory, DevicePolicy.of(rules));
    }

    private static DeviceRule zero(boolean allow, String access) {
        return new DeviceRule(allow, 'c', OptionalLong.of(1), OptionalLong.of(5), access);
    }
}
