package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
import dev.berth.linux.Fd;
import dev.berth.linux.process.Descriptors;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod whose users are others on the host. */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class UserNamespaceTest {
    private static final long NEWUSER = 0x1000_0000L;
    private static final int ROOT = 2_000_000;
    private static final Step USERS = new Step.UserNamespace("0 2000000 1000", "0 2000000 1000");

    private final Berths berths;
    private final Path volume;

    UserNamespaceTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        volume = Files.createDirectory(top.resolve("volume"));
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private static void give(Path directory) throws IOException {
        Files.setAttribute(directory, "unix:uid", ROOT);
        Files.setAttribute(directory, "unix:gid", ROOT);
    }

    private Shim pod(Step... first) throws IOException {
        give(berths.directory("pod"));
        List<Step> steps = new ArrayList<>(List.of(first));
        steps.add(new Step.Unshare(Plans.NEWNET | Plans.NEWIPC | Plans.NEWUTS | Plans.NEWNS));
        steps.add(new Step.Hostname("thepod"));
        steps.add(new Step.Sysctl("net.ipv4.ip_unprivileged_port_start", "77"));
        LaunchPlan plan = new LaunchPlan(0, Optional.empty(), steps);
        return berths.sandbox(new SandboxLaunch("pod", berths.directory("pod"), plan, List.of()));
    }

    /** A container on an overlay of one mapped layer, with the volume, the mount in slot 6, at /mnt. */
    private Shim member(Shim pod, String script, Step... onVolume) throws IOException {
        Path upper = Files.createDirectory(volume.resolveSibling("upper"));
        Path work = Files.createDirectory(volume.resolveSibling("work"));
        give(upper);
        List<String> options = List.of("lowerdir+#7", "upperdir=" + upper, "workdir=" + work);
        List<Step> steps = new ArrayList<>(List.of(
                new Step.StreamOwner(ROOT),
                new Step.OpenTree(7, berths.root.toString(), false),
                new Step.MapIds(7, 1),
                new Step.CreateMount(0, "overlay", "overlay", options, 0),
                new Step.OpenTree(6, volume.toString(), true),
                new Step.MapIds(6, 1)));
        steps.addAll(List.of(onVolume));
        steps.addAll(List.of(
                new Step.EnterNamespaces(0, Plans.NEWNET | Plans.NEWIPC | Plans.NEWUTS),
                new Step.CreateMount(1, "proc", "proc", List.of(), 2 | 4 | 8),
                new Step.EnterNamespaces(0, NEWUSER | Plans.NEWNS),
                new Step.Unshare(Plans.NEWNS),
                new Step.Root(0),
                new Step.AttachMount(1, "/proc", 0, 0, false, 0),
                new Step.AttachMount(6, "/mnt", 0, 0, false, 1 << 18),
                new Step.PivotRoot(false)));
        steps.addAll(Plans.program("/", Plans.shell(script)));
        ContainerLaunch plain = berths.launch("c", new LaunchPlan(Plans.NEWPID, Optional.empty(), steps));
        try (Fd users =
                Descriptors.readOnly("/proc/%d/ns/user".formatted(pod.init().pid()))) {
            return berths.start(new ContainerLaunch(
                    plain.id(),
                    plain.directory(),
                    plain.plan(),
                    List.of(pod.initPidfd().orElseThrow(), users),
                    plain.log(),
                    false,
                    false,
                    false,
                    Optional.empty()));
        }
    }

    @Test
    void aContainersRootIsTheMappedOne() throws IOException {
        Shim pod = pod(USERS);
        String script = "id -u; id -g; cat /proc/sys/kernel/hostname; echo made > /mnt/file; ls -ln /bin/busybox;"
                + " echo again > /proc/self/fd/1; cat /proc/self/uid_map";
        assertEquals(0, member(pod, script).awaitExit().code());
        List<String> said = berths.said("c");
        assertEquals(List.of("0", "0", "thepod"), said.subList(0, 3));
        assertTrue(said.get(3).matches("-rwx.* 0 +0 .*"), said::toString);
        assertEquals("again", said.get(4));
        assertEquals("0 2000000 1000", said.get(5).strip().replaceAll(" +", " "));
        assertEquals(0, Files.getAttribute(volume.resolve("file"), "unix:uid"));
    }

    @Test
    void aVolumeIsTheSameWithItsFlagsLocked() throws IOException {
        Files.writeString(volume.resolve("file"), "kept\n");
        Step readOnly = new Step.SetAttributes(6, 1, 0, true);
        String script = "cat /mnt/file; echo changed 2>/dev/null > /mnt/file || echo read-only; id -u";
        assertEquals(
                0,
                member(pod(USERS), script, readOnly, new Step.LockFlags(List.of(6), 1))
                        .awaitExit()
                        .code());
        assertEquals(List.of("kept", "read-only", "0"), berths.said("c"));
    }

    @Test
    void aVolumeWhoseFlagsCannotBeLockedIsNoVolume() {
        Step lock = new Step.LockFlags(List.of(6, 9), 1);
        LaunchException failure = assertThrows(LaunchException.class, () -> member(pod(USERS), "true", lock));
        assertEquals("lock_flags", failure.stepName());
        assertEquals(Errno.EBADF, failure.errno());
    }

    @Test
    void aCommandJoinsTheUsersToo() throws IOException {
        Shim member = member(pod(USERS), "exec sleep 1000");
        List<Step> steps = new ArrayList<>(List.of(
                new Step.StreamOwner(ROOT),
                new Step.EnterNamespaces(Step.EnterNamespaces.CONTAINER_INIT, NEWUSER | Plans.NEWNS | Plans.NEWPID)));
        steps.addAll(Plans.program("/", Plans.shell("id -u; cat /proc/self/gid_map; echo again > /proc/self/fd/1")));
        Execution execution = member.exec(new LaunchPlan(0, Optional.empty(), steps));
        String out = Berths.transcript(execution).out();
        assertEquals("0 0 2000000 1000 again", out.strip().replaceAll("\\s+", " "));
    }

    @Test
    void aHolderIsNobodyOnTheHostAndIsFoundAgain() throws IOException {
        Shim pod = pod(USERS);
        String status = Files.readString(Path.of("/proc/" + pod.init().pid() + "/status"));
        assertTrue(status.contains("Uid:\t2000000\t2000000\t2000000\t2000000\n"), status);
        try (Shim again = berths.shims.adopt(berths.directory("pod")).orElseThrow()) {
            assertEquals(pod.init(), again.init());
        }
    }

    @Test
    void aMapThatTheKernelRefusesIsNamed() {
        LaunchException failure =
                assertThrows(LaunchException.class, () -> pod(new Step.UserNamespace("0 0 0", "0 0 1")));
        assertEquals("user_namespace", failure.stepName());
        assertEquals("0 0 0", failure.subject());
    }

    @Test
    void aFileSystemWithoutMappedMountsIsAnError() throws IOException {
        Shim pod = pod(USERS);
        LaunchPlan plan = new LaunchPlan(
                Plans.NEWPID,
                Optional.empty(),
                List.of(new Step.OpenTree(0, "/proc", false), new Step.MapIds(0, 0), Plans.command("/bin/true")));
        ContainerLaunch plain = berths.launch("c", plan);
        try (Fd users =
                Descriptors.readOnly("/proc/%d/ns/user".formatted(pod.init().pid()))) {
            ContainerLaunch launch = new ContainerLaunch(
                    plain.id(),
                    plain.directory(),
                    plain.plan(),
                    List.of(users),
                    plain.log(),
                    false,
                    false,
                    false,
                    Optional.empty());
            LaunchException failure = assertThrows(LaunchException.class, () -> berths.start(launch));
            assertEquals("map_ids", failure.stepName());
        }
    }
}
