package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.linux.Errno;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A part of a volume in a container. */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class SubtreeTest {
    private static final int VOLUME = 9;
    private static final long RDONLY = 1;

    private final Berths berths;
    private final Path low;
    private final Path high;

    SubtreeTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        low = Files.createDirectories(top.resolve("low"));
        high = Files.createDirectories(top.resolve("high"));
    }

    @BeforeEach
    void makeLayers() throws IOException {
        Files.createDirectory(low.resolve("part"));
        Files.writeString(low.resolve("part/file"), "below\n");
        Files.writeString(low.resolve("outer"), "outer\n");
        Files.createDirectory(high.resolve("part"));
        Files.writeString(high.resolve("part/other"), "above\n");
        Files.createSymbolicLink(high.resolve("link"), Path.of("/../../part/other"));
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private LaunchPlan plan(String path, String script) {
        Step union = new Step.CreateMount(
                VOLUME, "overlay", "overlay", List.of("lowerdir+=" + high, "lowerdir+=" + low), RDONLY);
        List<Step> steps = Plans.steps(berths.root, List.of(union), Plans.shell(script));
        int end = steps.indexOf(new Step.PivotRoot(false));
        steps.addAll(
                end, List.of(new Step.Subtree(VOLUME, path), new Step.AttachMount(VOLUME, "/volume", 0, 0, false, 0)));
        return new LaunchPlan(Plans.NEWPID, Optional.empty(), steps);
    }

    private List<String> said(String path, String script) throws IOException {
        berths.start(berths.launch("a", plan(path, script))).awaitExit();
        return berths.said("a");
    }

    @Test
    void aDirectoryIsAllThatIsSeenAndStaysReadOnly() throws IOException {
        assertEquals(
                List.of("file", "other", "below", "read-only", "1"),
                said(
                        "part",
                        "ls /volume; cat /volume/file; echo x 2>/dev/null >/volume/new || echo read-only;"
                                + " /bin/busybox grep -c ' /volume ' /proc/self/mountinfo"));
    }

    @Test
    void aFileIsAttachedAsAFileAndALinkLeadsNowhereOutside() throws IOException {
        assertEquals(
                List.of("above", "1"),
                said("link", "cat /volume; /bin/busybox grep -c ' /volume ' /proc/self/mountinfo"));
    }

    @Test
    void aMissingPartIsNamed() {
        LaunchException failure =
                assertThrows(LaunchException.class, () -> berths.start(berths.launch("a", plan("absent", "true"))));
        assertEquals("subtree", failure.stepName());
        assertEquals("absent", failure.subject());
        assertEquals(Errno.ENOENT, failure.errno());
    }
}
