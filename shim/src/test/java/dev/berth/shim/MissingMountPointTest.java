package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
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

/** Mount points that are made, on the way through links to nothing. */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class MissingMountPointTest {
    /** As many as the kernel follows. */
    private static final int MOST_LINKS = 40;

    private static final int LONGEST_NAME = 255;

    private final Berths berths;
    private final Path source;

    MissingMountPointTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        source = Files.writeString(top.resolve("source"), "mounted\n");
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private LaunchPlan plan(String place) {
        var open = new Step.OpenTree(9, source.toString(), false);
        var steps = Plans.steps(berths.root, List.of(open), Plans.shell("/bin/busybox cat " + place));
        steps.add(steps.indexOf(new Step.PivotRoot(false)), new Step.AttachMount(9, place, 0, 0, false, 0));
        return new LaunchPlan(Plans.NEWPID, Optional.empty(), steps);
    }

    private void link(String path, String target) throws IOException {
        Files.createSymbolicLink(berths.root.resolve(path), Path.of(target));
    }

    /** Each link goes through a directory that is missing, where the kernel gives up. */
    private void links(int count) throws IOException {
        for (int number = 0; number < count; number++) {
            link("link" + number, "missing" + number + "/../link" + (number + 1));
        }
    }

    private void assertMounted(String place, String lands) throws IOException {
        berths.start(berths.launch("a", plan(place))).awaitExit();
        assertEquals(List.of("mounted"), berths.said("a"));
        assertTrue(Files.isRegularFile(berths.root.resolve(lands)), lands);
    }

    private void assertRefused(int errno, String place) {
        var failure = assertThrows(LaunchException.class, () -> berths.start(berths.launch("a", plan(place))));
        assertEquals(
                "attach_mount(%s): %s; the host path is %s".formatted(place, Errno.describe(errno), source),
                failure.getMessage());
    }

    @Test
    void theyAreMadeBelowTheRootWhereverTheLinksClimb() throws IOException {
        link("climbs", "/../../../bin/../new/./directory//");
        assertMounted("/climbs/more/file", "new/directory/more/file");
    }

    @Test
    void whereALinkLeadsOutTheHostHasNothingOfIt() throws IOException {
        Path outside = Files.createDirectory(berths.root.resolveSibling("outside"));
        link("escape", outside.toString());
        assertMounted("/escape/made/file", outside.toString().substring(1) + "/made/file");
        try (var made = Files.list(outside)) {
            assertEquals(0, made.count());
        }
    }

    @Test
    void asManyLinksAreFollowedAsTheKernelFollows() throws IOException {
        links(MOST_LINKS);
        assertMounted("/link0", "link" + MOST_LINKS);
    }

    @Test
    void moreLinksAreRefused() throws IOException {
        links(MOST_LINKS + 1);
        assertRefused(Errno.ELOOP, "/link0");
    }

    @Test
    void aPathThatLinksMakeTooLongIsRefused() throws IOException {
        link("long", ("x".repeat(LONGEST_NAME) + "/").repeat(15) + "y".repeat(LONGEST_NAME));
        assertRefused(Errno.ENAMETOOLONG, "/long/file");
    }
}
