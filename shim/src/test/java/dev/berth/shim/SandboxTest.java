package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Fd;
import dev.berth.shim.directory.ShimDirectory;
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

@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class SandboxTest {
    private static final long POD = Plans.NEWNET | Plans.NEWIPC | Plans.NEWUTS | Plans.NEWNS;

    private final Berths berths;
    private final Path shm;

    SandboxTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        shm = Files.createDirectory(top.resolve("shm"));
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private Shim sandbox(long cloneFlags) throws IOException {
        List<Step> steps = List.of(
                new Step.Unshare(POD),
                new Step.Hostname("thepod"),
                new Step.LoopbackUp(),
                new Step.Sysctl("net.ipv4.ip_unprivileged_port_start", "77"),
                new Step.Sysctl("kernel.shm_rmid_forced", "1"),
                new Step.CreateMount(0, "tmpfs", "shm", List.of("mode=1777", "size=65536k"), 2 | 4 | 8),
                new Step.AttachMount(0, shm.toString(), 0, 0, false, 0));
        return berths.sandbox(new SandboxLaunch(
                "pod", berths.directory("pod"), new LaunchPlan(cloneFlags, Optional.empty(), steps), List.of()));
    }

    /** A container in the pod's namespaces, with its shared memory. */
    private Shim member(Shim pod, long cloneFlags, long joined, String script) throws IOException {
        List<Step> joins =
                List.of(new Step.EnterNamespaces(0, POD | joined), new Step.OpenTree(9, shm.toString(), false));
        List<Step> steps = new ArrayList<>(Plans.steps(berths.root, joins, Plans.shell(script)));
        int pivot = steps.indexOf(new Step.PivotRoot(false));
        steps.add(pivot, new Step.AttachMount(9, "/dev/shm", 0, 0, false, 1 << 18));
        ContainerLaunch plain = berths.launch("c", new LaunchPlan(cloneFlags, Optional.empty(), steps));
        List<Fd> descriptors = List.of(pod.initPidfd().orElseThrow());
        return berths.start(new ContainerLaunch(
                plain.id(),
                plain.directory(),
                plain.plan(),
                descriptors,
                plain.log(),
                false,
                false,
                false,
                Optional.empty()));
    }

    @Test
    void aContainerJoinsThePodsNamespaces() throws IOException {
        Shim pod = sandbox(0);
        assertTrue(pod.ping());
        String script = "cat /proc/sys/kernel/hostname /proc/sys/net/ipv4/ip_unprivileged_port_start; echo shared >"
                + " /dev/shm/x; cat /dev/shm/x; echo $$";
        assertEquals(0, member(pod, Plans.NEWPID, 0, script).awaitExit().code());
        assertEquals(List.of("thepod", "77", "shared", "1"), berths.said("c"));
        Path netns = Path.of("/proc/" + pod.init().pid() + "/ns/net");
        assertNotEquals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")), Files.readSymbolicLink(netns));
    }

    @Test
    void nothingOfThePodIsMountedOnTheHost() throws IOException {
        sandbox(0);
        assertFalse(Files.readString(Path.of("/proc/self/mountinfo")).contains(shm.toString()));
    }

    @Test
    void aPodsSharedPidNamespaceIsReapedByItsSandbox() throws IOException {
        Shim pod = sandbox(Plans.NEWPID);
        Shim member = member(pod, 0, Plans.NEWPID, "(sleep 0.1 & ); sleep 0.4; ps; echo $$; exec sleep 1000");
        while (berths.said("c").size() < 5) {
            Thread.onSpinWait();
        }
        String said = String.join("\n", berths.said("c"));
        assertTrue(said.contains("1 0        berth-shim"), said);
        assertFalse(said.contains("[sleep]"), said);
        assertEquals(5, said.lines().count(), said);
        Execution execution = member.exec(Plans.exec("/bin/sh", "-c", "ps"));
        assertTrue(Berths.transcript(execution).out().contains("berth-shim"));
        member.signal(9);
        assertEquals(9, member.awaitExit().signal());
        assertTrue(pod.ping());
    }

    @Test
    void aTerminatedSandboxIsGone() throws IOException {
        Shim pod = sandbox(Plans.NEWPID);
        Watch process = Watch.of(pod.init());
        pod.terminate();
        process.awaitEnd();
        pod.terminate();
        assertThrows(ShimLostException.class, pod::awaitExit);
        assertTrue(berths.shims.adopt(berths.directory("pod")).isEmpty());
    }

    @Test
    void aSandboxIsFoundAgain() throws IOException {
        Shim pod = sandbox(Plans.NEWPID);
        try (Shim again = berths.shims.adopt(berths.directory("pod")).orElseThrow()) {
            assertEquals(pod.init(), again.init());
            assertEquals(pod.shimPid(), again.shimPid());
            assertTrue(again.ping());
        }
    }

    @Test
    void aFailedStepLeavesNothing() throws IOException {
        LaunchPlan plan = new LaunchPlan(
                0, Optional.empty(), List.of(new Step.Unshare(POD), new Step.Sysctl("net.no.such", "1")));
        SandboxLaunch launch = new SandboxLaunch("pod", berths.directory("pod"), plan, List.of());
        LaunchException failure = assertThrows(LaunchException.class, () -> berths.sandbox(launch));
        assertEquals("sysctl", failure.stepName());
        assertEquals("net.no.such", failure.subject());
        assertEquals(1, failure.stepIndex());
        assertFalse(Files.exists(new ShimDirectory(berths.directory("pod")).socket()));
    }
}
