package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.linux.Errno;
import dev.berth.shim.plan.Bytes;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures whose error number alone would send a user looking in the wrong place. */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class ExplainedFailureTest {
    private static final Step.Exec TRUE = Plans.command("/bin/true");

    private final Berths berths;
    private final Path top;

    ExplainedFailureTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        this.top = top;
        berths = new Berths(program, top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private LaunchException failure(LaunchPlan plan) {
        return assertThrows(LaunchException.class, () -> berths.start(berths.launch("a", plan)));
    }

    private LaunchException failure(List<Step> steps) {
        return failure(new LaunchPlan(Plans.NEWPID, Optional.empty(), steps));
    }

    private void assertExec(String said, String... words) {
        LaunchException failure = failure(Plans.steps(berths.root, List.of(), Plans.command(words)));
        assertEquals("exec(%s): %s".formatted(words[0], said), failure.getMessage());
    }

    private void assertMount(String said, Path source, String target) {
        List<Step> steps = new ArrayList<>(
                Plans.steps(berths.root, List.of(new Step.OpenTree(9, source.toString(), false)), TRUE));
        steps.add(steps.indexOf(new Step.PivotRoot(false)), new Step.AttachMount(9, target, 0, 0, false, 0));
        assertEquals(
                "attach_mount(%s): %s; the host path is %s".formatted(target, said, source),
                failure(steps).getMessage());
    }

    private void program(String name, String content) throws IOException {
        Path file = berths.root.resolve("bin").resolve(name);
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aFileOnADirectory() throws IOException {
        Path file = Files.createFile(top.resolve("file"));
        assertMount("Is a directory (a file is to be mounted there, and it is a directory)", file, "/tmp");
    }

    @Test
    void aDirectoryOnAFile() throws IOException {
        Path directory = Files.createDirectory(top.resolve("directory"));
        assertMount(
                "Not a directory (a directory is to be mounted there, and it is a file)", directory, "/bin/busybox");
        assertMount("Not a directory", directory, "/bin/busybox/below");
    }

    @Test
    void aScriptWithoutItsInterpreter() throws IOException {
        program("script", "#! /no/such/shell -e\n");
        assertExec("No such file or directory (its interpreter /no/such/shell is missing)", "/bin/script");
        assertExec("No such file or directory (its interpreter /no/such/shell is missing)", "script");
    }

    @Test
    void aScriptFromAnotherSystem() throws IOException {
        program("script", "#!/bin/sh\r\necho hello\r\n");
        assertExec(
                "No such file or directory (its interpreter /bin/sh? is missing:"
                        + " the script's first line ends in a carriage return)",
                "/bin/script");
    }

    @Test
    void aScriptWhoseInterpreterMayNotBeExecuted() throws IOException {
        Files.createFile(berths.root.resolve("bin/nosh"));
        program("script", "#!/bin/nosh\n");
        assertExec("Permission denied (its interpreter /bin/nosh may not be executed)", "/bin/script");
    }

    @Test
    void aProgramWithoutItsLoader() throws IOException {
        String content = Files.readString(Path.of("/bin/true").toRealPath(), StandardCharsets.ISO_8859_1);
        Path program = berths.root.resolve("bin/program");
        Files.writeString(program, content.replace("/ld-linux", "/no-linux"), StandardCharsets.ISO_8859_1);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        LaunchException failure = failure(Plans.steps(berths.root, List.of(), Plans.command("/bin/program")));
        assertEquals(
                "exec(/bin/program): No such file or directory (its interpreter /lib/no-linux.so is missing)",
                failure.toString()
                        .replaceAll("^[^ ]+ ", "")
                        .replaceAll("/lib64/", "/lib/")
                        .replaceAll("(no-linux)[^ ]*", "$1.so"));
    }

    @Test
    void whatCannotBeExecuted() throws IOException {
        Files.createFile(berths.root.resolve("bin/plain"));
        program("text", "hello\n");
        assertExec("Permission denied (the container's user may not execute it)", "/bin/plain");
        assertExec("Permission denied (it is a directory)", "/bin/");
        assertExec(
                "Exec format error (it is neither a program for this processor nor a script with #! and an interpreter)",
                "/bin/text");
        assertExec("No such file or directory (it is not in PATH: /bin)", "nonesuch");
    }

    @Test
    void aSettingThatTheKernelDoesNotHaveOrTake() {
        Step unshare = new Step.Unshare(Plans.NEWUTS | Plans.NEWNET);
        assertEquals(
                "sysctl(net.ipv4.nonesuch): No such file or directory"
                        + " (this kernel has no such setting, or a module for it is not loaded)",
                failure(List.of(unshare, new Step.Sysctl("net.ipv4.nonesuch", "1"), TRUE))
                        .getMessage());
        assertEquals(
                "sysctl(net.ipv4.ip_forward): Invalid argument (the kernel does not take the value yes)",
                failure(List.of(unshare, new Step.Sysctl("net.ipv4.ip_forward", "yes"), TRUE))
                        .getMessage());
    }

    @Test
    void aNodeWhereTheImageHasSomethingElse() {
        List<Step> steps = new ArrayList<>(Plans.steps(berths.root, List.of(new Step.Unshare(Plans.NEWUTS)), TRUE));
        steps.add(steps.indexOf(new Step.PivotRoot(false)), new Step.MakeSymlink("elsewhere", "/bin/busybox"));
        assertEquals(
                "make_symlink(/bin/busybox): File exists (the image has something else there)",
                failure(steps).getMessage());
    }

    @Test
    void aVariableThatIsTooLong() {
        Step.Exec program = new Step.Exec(
                List.of(Bytes.utf8("/bin/true")),
                List.of(Bytes.utf8("A=b"), Bytes.utf8("LONG=" + "x".repeat(140_000))));
        LaunchException failure = failure(List.of(program));
        assertEquals(
                "exec(/bin/true): Argument list too long (environment variable LONG has 140005 bytes, at most 131071)",
                failure.getMessage());
        assertEquals(Errno.E2BIG, failure.errno());
    }

    @Test
    void theLongestVariableIsTaken() throws IOException {
        String variable = "LONG=" + "x".repeat(ArgumentList.LIMIT_STRING - 5);
        Step.Exec program = new Step.Exec(
                List.of("/bin/sh", "-c", "echo ${#LONG}").stream()
                        .map(Bytes::utf8)
                        .toList(),
                List.of(Bytes.utf8(variable)));
        LaunchPlan plan = new LaunchPlan(Plans.NEWPID, Optional.empty(), Plans.steps(berths.root, List.of(), program));
        berths.start(berths.launch("a", plan)).awaitExit();
        assertEquals(List.of(Integer.toString(ArgumentList.LIMIT_STRING - 5)), berths.said("a"));
    }

    @Test
    void anEnvironmentThatIsTooLarge() throws IOException {
        List<Bytes> environment = Collections.nCopies(25, Bytes.utf8("LONG=" + "x".repeat(100_000)));
        Step.Exec program = new Step.Exec(List.of(Bytes.utf8("/bin/true")), environment);
        assertEquals(Errno.E2BIG, failure(List.of(program)).errno());
        Shim shim = berths.run("b", "exec sleep 1000");
        LaunchPlan plan = new LaunchPlan(0, Optional.empty(), List.of(program));
        assertEquals(
                Errno.E2BIG,
                assertThrows(LaunchException.class, () -> shim.exec(plan)).errno());
    }

    @Test
    void aMemoryLimitThatIsTooSmall() throws IOException {
        Path cgroup = Path.of("/sys/fs/cgroup/memory/berth-shim-explained");
        Files.createDirectory(cgroup);
        try {
            Files.writeString(cgroup.resolve("memory.limit_in_bytes"), "4096");
            List<Step> first =
                    List.of(new Step.AttachCgroup(cgroup.resolve("tasks").toString()));
            ContainerLaunch plain = berths.launch(
                    "a", new LaunchPlan(Plans.NEWPID, Optional.empty(), Plans.steps(berths.root, first, TRUE)));
            ContainerLaunch launch = new ContainerLaunch(
                    plain.id(),
                    plain.directory(),
                    plain.plan(),
                    List.of(),
                    plain.log(),
                    false,
                    false,
                    false,
                    Optional.of(cgroup.resolve("memory.oom_control").toString()));
            LaunchException failure = assertThrows(LaunchException.class, () -> berths.start(launch));
            assertEquals(Errno.ENOMEM, failure.errno(), failure::toString);
        } finally {
            Files.delete(cgroup);
        }
    }
}
