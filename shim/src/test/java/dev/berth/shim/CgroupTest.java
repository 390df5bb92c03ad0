package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
import dev.berth.shim.plan.LaunchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
class CgroupTest {
    private final Berths berths;
    private final Path cgroup;

    CgroupTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        cgroup = Files.createDirectory(
                hierarchy().resolve("berth-shim-" + ProcessHandle.current().pid()));
    }

    /** Where the host has mounted the v2 hierarchy. */
    private static Path hierarchy() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> Path.of(line.split(" ", 6)[4]))
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
        Files.writeString(cgroup.resolve("cgroup.kill"), "1");
        while (Files.readString(cgroup.resolve("cgroup.events")).contains("populated 1")) {
            Thread.onSpinWait();
        }
        try (var left = Files.newDirectoryStream(cgroup, Files::isDirectory)) {
            for (Path child : left) {
                Files.delete(child);
            }
        }
        Files.delete(cgroup);
    }

    private Shim container(String script) throws IOException {
        LaunchPlan plan = Plans.container(berths.root, script);
        return berths.start(
                berths.launch("a", new LaunchPlan(Plans.NEWPID, Optional.of(cgroup.toString()), plan.steps())));
    }

    private LaunchPlan exec(String child, String script) {
        return new LaunchPlan(
                0,
                Optional.of(cgroup.resolve(child).toString()),
                Plans.exec("/bin/sh", "-c", script).steps());
    }

    @Test
    void theContainerIsBornInItsCgroup() throws IOException {
        Shim shim = container("exec sleep 1000");
        assertEquals(List.of(Integer.toString(shim.init().pid())), Files.readAllLines(cgroup.resolve("cgroup.procs")));
    }

    @Test
    void aCommandsCgroupIsMadeAndRemoved() throws IOException {
        Shim shim = container("exec sleep 1000");
        try (Execution execution = shim.exec(exec("exec-1", "sleep 1000"))) {
            assertTrue(Files.exists(cgroup.resolve("exec-1/cgroup.procs")));
            execution.signal(9);
            assertEquals(new Output.Exited(137, 9), execution.next());
        }
        gone("exec-1");
    }

    @Test
    void whatACommandLeavesBehindGoesOnInTheContainersCgroup() throws IOException {
        Shim shim = container("exec sleep 1000");
        assertEquals(
                "done\n",
                Berths.transcript(shim.exec(exec("exec-1", "sleep 1000 & sleep 1000 & echo done")))
                        .out());
        gone("exec-1");
        List<String> members = Files.readAllLines(cgroup.resolve("cgroup.procs"));
        assertEquals(3, members.size(), members::toString);
        assertTrue(members.contains(Integer.toString(shim.init().pid())));
    }

    @Test
    void aClosedConnectionEndsEverythingInTheCommandsCgroup() throws IOException {
        Shim shim = container("exec sleep 1000");
        shim.exec(exec("exec-1", "sleep 1000 & sleep 1000")).close();
        gone("exec-1");
    }

    @Test
    void aCommandsCgroupMustBeTheContainersChild() throws IOException {
        Shim shim = container("exec sleep 1000");
        Path elsewhere = cgroup.resolveSibling("berth-shim-elsewhere");
        LaunchPlan plan = new LaunchPlan(
                0, Optional.of(elsewhere.toString()), Plans.exec("/bin/true").steps());
        LaunchException failure = assertThrows(LaunchException.class, () -> shim.exec(plan));
        assertEquals(Errno.EINVAL, failure.errno());
        assertEquals(elsewhere.toString(), failure.subject());
        assertFalse(Files.exists(elsewhere));
    }

    @Test
    void theEndOfTheInitIsTheEndOfItsCgroup() throws IOException {
        Shim shim = container("sleep 1000 & exit 4");
        assertEquals(4, shim.awaitExit().code());
        while (Files.readString(cgroup.resolve("cgroup.events")).contains("populated 1")) {
            Thread.onSpinWait();
        }
    }

    private void gone(String child) {
        while (Files.exists(cgroup.resolve(child))) {
            Thread.onSpinWait();
        }
    }
}
