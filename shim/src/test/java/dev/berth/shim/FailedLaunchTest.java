package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
import dev.berth.shim.directory.ObjectLock;
import dev.berth.shim.directory.ShimDirectory;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
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
class FailedLaunchTest {
    private static final Step.Exec TRUE = Plans.command("/bin/true");

    private final Berths berths;

    FailedLaunchTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private LaunchException failure(LaunchPlan plan) throws IOException {
        LaunchException failure = assertThrows(LaunchException.class, () -> berths.start(berths.launch("a", plan)));
        Path directory = berths.directory("a");
        assertFalse(Files.exists(new ShimDirectory(directory).socket()));
        while (ObjectLock.held(new ShimDirectory(directory).lock())) {
            Thread.onSpinWait();
        }
        assertTrue(berths.shims.adopt(directory).isEmpty());
        assertTrue(berths.shims.exitRecord(directory).isEmpty());
        return failure;
    }

    private static LaunchPlan plan(Step... steps) {
        return new LaunchPlan(Plans.NEWPID, Optional.empty(), List.of(steps));
    }

    @Test
    void theStepItsSubjectAndTheReasonAreNamed() throws IOException {
        LaunchException failure = failure(plan(new Step.OpenTree(0, "/no/such/directory", false), TRUE));
        assertEquals(0, failure.stepIndex());
        assertEquals("open_tree", failure.stepName());
        assertEquals("/no/such/directory", failure.subject());
        assertEquals(Errno.ENOENT, failure.errno());
    }

    @Test
    void theFileSystemsOwnWordsAreInTheMessage() throws IOException {
        LaunchException failure =
                failure(plan(new Step.CreateMount(0, "tmpfs", "tmpfs", List.of("size=64k", "nonsense=1"), 0), TRUE));
        assertEquals("create_mount", failure.stepName());
        assertEquals("nonsense=1", failure.subject());
        assertEquals(Errno.EINVAL, failure.errno());
        assertTrue(failure.toString().contains("Unknown parameter"), failure::toString);
    }

    @Test
    void aMissingProgramIsTheExecStepsFailure() throws IOException {
        LaunchException failure = failure(new LaunchPlan(
                Plans.NEWPID,
                Optional.empty(),
                Plans.steps(berths.root, List.of(), Plans.command("/no/such/program"))));
        assertEquals("exec", failure.stepName());
        assertEquals("/no/such/program", failure.subject());
        assertEquals(Errno.ENOENT, failure.errno());
    }

    @Test
    void nothingIsEverAttachedInTheHostsOwnMountNamespace() throws IOException {
        LaunchException failure = failure(plan(
                new Step.OpenTree(0, berths.root.toString(), false),
                new Step.AttachMount(0, berths.root.resolve("tmp").toString(), 0, 0, false, 0),
                TRUE));
        assertEquals("attach_mount", failure.stepName());
        assertEquals(Errno.EPERM, failure.errno());
    }

    @Test
    void aMissingCgroupIsNamed() throws IOException {
        LaunchException failure =
                failure(new LaunchPlan(Plans.NEWPID, Optional.of("/sys/fs/cgroup/none"), List.of(TRUE)));
        assertEquals(-1, failure.stepIndex());
        assertEquals("/sys/fs/cgroup/none", failure.subject());
        assertEquals(Errno.ENOENT, failure.errno());
    }

    @Test
    void aPlanWithoutAProgramIsNotDecoded() throws IOException {
        assertEquals("decode", failure(plan(new Step.Session())).stepName());
    }

    @Test
    void aSlotOutOfBoundsIsNotDecoded() throws IOException {
        assertEquals("decode", failure(plan(new Step.Root(100_000), TRUE)).stepName());
    }
}
