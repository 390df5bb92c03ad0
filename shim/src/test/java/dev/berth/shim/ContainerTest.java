package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.shim.directory.ExitRecord;
import dev.berth.shim.directory.ObjectLock;
import dev.berth.shim.directory.ShimDirectory;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class ContainerTest {
    private static final Pattern RECORD = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z (stdout|stderr) ([PF]) (.*)", Pattern.DOTALL);

    private final Berths berths;

    ContainerTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    @Test
    void outputLandsInTheLogInCriFormat() throws IOException {
        ExitRecord exit =
                berths.run("a", "echo out; echo err >&2; echo -n half").awaitExit();
        assertEquals(0, exit.code());
        assertTrue(exit.logComplete());
        List<String> lines = berths.log("a").lines().toList();
        assertTrue(lines.stream().allMatch(line -> RECORD.matcher(line).matches()), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.endsWith(" stdout F out")), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.endsWith(" stderr F err")), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.endsWith(" stdout F half")), lines::toString);
    }

    @Test
    void theExitCodeIsRecorded() throws IOException {
        ExitRecord exit = berths.run("a", "exit 42").awaitExit();
        assertEquals(42, exit.code());
        assertEquals(0, exit.signal());
        assertFalse(exit.oomKilled());
    }

    @Test
    void theSignalIsRecorded() throws IOException {
        Shim shim = berths.run("a", "exec sleep 1000");
        shim.signal(9);
        ExitRecord exit = shim.awaitExit();
        assertEquals(137, exit.code());
        assertEquals(9, exit.signal());
    }

    @Test
    void theInitHasItsStandardStreamsAndNothingElse() throws IOException {
        berths.run("a", "ls /proc/1/fd; ls -l /proc/1/fd/0").awaitExit();
        List<String> said = berths.said("a");
        assertEquals(List.of("0", "1", "2"), said.subList(0, 3));
        assertTrue(said.get(3).endsWith("/dev/null"), said::toString);
        assertEquals(4, said.size());
    }

    @Test
    void theInitHoldsNothingThatIsTheHosts() throws IOException {
        berths.run("a", "echo x >> /proc/1/exe; echo wrote $?; ls -l /proc/1/exe; exec cat /proc/1/status")
                .awaitExit();
        List<String> said = berths.said("a");
        assertTrue(said.contains("CapInh:\t0000000000000000"), said::toString);
        assertTrue(said.contains("CapBnd:\t00000000a80425fb"), said::toString);
        assertTrue(said.contains("NoNewPrivs:\t1"), said::toString);
        assertTrue(said.contains("SigBlk:\t0000000000000000"), said::toString);
        assertTrue(said.contains("SigIgn:\t0000000000000000"), said::toString);
        assertTrue(said.contains("wrote 1"), said::toString);
        assertTrue(said.stream().anyMatch(line -> line.endsWith("/proc/1/exe -> /bin/busybox")), said::toString);
    }

    @Test
    void standardOutputCanBeOpenedAgainByAnotherUser() throws IOException {
        List<Step> steps =
                new ArrayList<>(Plans.steps(berths.root, List.of(), Plans.shell("id; echo again > /dev/stdout")));
        steps.replaceAll(step ->
                step instanceof Step.Credentials ? new Step.Credentials(1000, 1001, List.of(1002), 0, 0, 0, 0) : step);
        assertEquals(
                0,
                start(new LaunchPlan(Plans.NEWPID, Optional.empty(), steps))
                        .awaitExit()
                        .code());
        assertEquals(List.of("uid=1000 gid=1001 groups=1002", "again"), berths.said("a"));
    }

    @Test
    void hiddenAndReadOnlyPathsAreSo() throws IOException {
        berths.run("a", "cat /proc/timer_list; ls /proc/scsi; echo 1 > /proc/sys/kernel/panic; echo $?; ls -d /*")
                .awaitExit();
        List<String> said = berths.said("a");
        assertTrue(said.contains("1"), said::toString);
        assertTrue(said.stream().anyMatch(line -> line.contains("Read-only file system")), said::toString);
        assertFalse(said.stream().anyMatch(line -> line.contains("clock")), said::toString);
    }

    @Test
    void nothingOfTheContainerIsMountedOnTheHost() throws IOException {
        Shim shim = berths.run("a", "exec sleep 1000");
        String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
        assertFalse(mounts.contains(berths.root.toString()));
        assertTrue(Files.exists(Path.of("/proc/" + shim.init().pid() + "/root/bin/busybox")));
    }

    @Test
    void theEndOfTheSupervisorIsTheEndOfTheContainer() throws IOException {
        Shim shim = berths.run("a", "exec sleep 1000");
        Watch init = Watch.of(shim.init());
        ProcessHandle.of(shim.shimPid()).orElseThrow().destroyForcibly();
        init.awaitEnd();
        assertThrows(ShimLostException.class, shim::awaitExit);
        assertFalse(ObjectLock.held(new ShimDirectory(berths.directory("a")).lock()));
    }

    @Test
    void theLockIsHeldFromBeforeTheStartUntilTheEnd() throws IOException, InterruptedException {
        Path lock = new ShimDirectory(berths.directory("a")).lock();
        assertFalse(ObjectLock.held(lock));
        Shim shim = berths.run("a", "exec sleep 1000");
        assertTrue(ObjectLock.held(lock));
        assertTrue(ObjectLock.tryAcquire(lock).isEmpty());
        ProcessHandle supervisor = ProcessHandle.of(shim.shimPid()).orElseThrow();
        shim.signal(9);
        supervisor.onExit().join();
        assertFalse(ObjectLock.held(lock));
        assertFalse(Files.exists(new ShimDirectory(berths.directory("a")).socket()));
    }

    @Test
    void aSecondStartOfALivingObjectIsRefused() throws IOException {
        berths.run("a", "exec sleep 1000");
        assertThrows(IOException.class, () -> berths.run("a", "true"));
    }

    @Test
    void aTerminalIsTheProcessesOwn() throws IOException {
        ContainerLaunch plain =
                berths.launch("a", Plans.container(berths.root, "tty; echo x > /dev/console; exec cat"));
        Shim shim = berths.start(new ContainerLaunch(
                plain.id(),
                plain.directory(),
                plain.plan(),
                List.of(),
                plain.log(),
                true,
                false,
                true,
                Optional.empty()));
        try (Attachment attachment = shim.attach()) {
            attachment.resize(40, 132);
            attachment.stdin("hello\n\u0004".getBytes(StandardCharsets.UTF_8));
            Berths.heard(attachment::next);
        }
        assertEquals(0, shim.awaitExit().code());
        String log = berths.log("a");
        assertTrue(log.contains("/dev/pts/0"), log);
        assertTrue(log.contains("hello"), log);
    }

    @Test
    void standardInputEndsWithTheClientThatWroteToIt() throws IOException {
        ContainerLaunch plain = berths.launch("a", Plans.container(berths.root, "exec cat"));
        Shim shim = berths.start(new ContainerLaunch(
                plain.id(),
                plain.directory(),
                plain.plan(),
                List.of(),
                plain.log(),
                true,
                true,
                false,
                Optional.empty()));
        String text = "line\n".repeat(60_000);
        try (Attachment attachment = shim.attach()) {
            attachment.stdin(text.getBytes(StandardCharsets.UTF_8));
            attachment.closeStdin();
            Berths.heard(attachment::next);
        }
        assertEquals(0, shim.awaitExit().code());
        assertEquals(60_000, berths.said("a").size());
    }

    private Shim start(LaunchPlan plan) throws IOException {
        return berths.start(berths.launch("a", plan));
    }
}
