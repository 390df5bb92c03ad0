package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.shim.directory.ExitRecord;
import dev.berth.shim.plan.LaunchPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
@Timeout(60)
class ContainerLogTest {
    private final Berths berths;

    ContainerLogTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    @Test
    void foldersOnTheWayToTheLogAreMadeAndLinksAreNotFollowed() throws IOException {
        ContainerLaunch below = loggedTo("a", "new/folders/a.log");
        berths.start(below).awaitExit();
        assertTrue(Files.readString(berths.logs().resolve("new/folders/a.log")).contains(" stdout F said"));
        Files.createSymbolicLink(berths.logs().resolve("link"), berths.logs().resolve("new"));
        LaunchException refused =
                assertThrows(LaunchException.class, () -> berths.start(loggedTo("b", "link/other/b.log")));
        assertEquals("open log", refused.stepName());
        assertFalse(Files.exists(berths.logs().resolve("new/other")));
    }

    private ContainerLaunch loggedTo(String id, String path) throws IOException {
        ContainerLaunch plain = berths.launch(id, Plans.container(berths.root, "echo said"));
        return new ContainerLaunch(
                plain.id(),
                plain.directory(),
                plain.plan(),
                List.of(),
                Optional.of(new Logging(berths.logs().toString(), path)),
                false,
                false,
                false,
                plain.oomFile());
    }

    @Test
    void aLongLineIsSplitAtSixteenKibibytes() throws IOException {
        berths.run("a", "seq -s , 1 8000").awaitExit();
        List<String> records = berths.log("a").lines().toList();
        assertEquals(3, records.size());
        assertTrue(records.get(0).contains(" stdout P "));
        assertTrue(records.get(1).contains(" stdout P "));
        assertTrue(records.get(2).contains(" stdout F "));
        assertEquals(16384, berths.said("a").get(0).length());
        assertTrue(String.join("", berths.said("a")).endsWith(",7999,8000"));
    }

    @Test
    void aLineOfSixteenKibibytesIsOneRecord() throws IOException {
        berths.run("a", "echo %s".formatted("x".repeat(16384))).awaitExit();
        List<String> records = berths.log("a").lines().toList();
        assertEquals(1, records.size());
        assertTrue(records.get(0).contains(" stdout F xxx"));
    }

    @Test
    void aLastLineWithoutNewlineIsWhole() throws IOException {
        berths.run("a", "echo first; echo -n last; echo -n error >&2").awaitExit();
        assertEquals(List.of("F first", "F last"), marked("stdout"));
        assertEquals(List.of("F error"), marked("stderr"));
    }

    @Test
    void aLongLastLineWithoutNewlineEndsWithItsRest() throws IOException {
        berths.run("a", "echo -n %s".formatted("x".repeat(40_000))).awaitExit();
        assertEquals(
                List.of("P " + "x".repeat(16384), "P " + "x".repeat(16384), "F " + "x".repeat(40_000 - 2 * 16384)),
                marked("stdout"));
    }

    @Test
    void halfALineThatWasShownIsEndedWithTheStream() throws IOException {
        Shim shim = berths.run("a", "echo -n prompt; exec sleep 1000");
        awaitLog(" stdout P prompt\n");
        shim.signal(9);
        shim.awaitExit();
        assertEquals(List.of("P prompt", "F "), marked("stdout"));
    }

    @Test
    void aStreamThatIsClosedEarlyIsEndedThen() throws IOException {
        Shim shim = berths.run("a", "echo -n half; exec sleep 1000 >&2");
        awaitLog(" stdout F half\n");
        shim.signal(9);
        shim.awaitExit();
        assertEquals(List.of("F half"), marked("stdout"));
    }

    @Test
    void whoStillHoldsTheStreamDoesNotKeepTheLineOpen() throws IOException {
        LaunchPlan shared = new LaunchPlan(
                0,
                Optional.empty(),
                Plans.steps(berths.root, List.of(), Plans.shell("echo -n last; sleep 3 & exit 0")));
        berths.start(berths.launch("a", shared)).awaitExit();
        assertEquals(List.of("F last"), marked("stdout"));
    }

    @Test
    void aTerminalsLastLineIsEnded() throws IOException {
        ContainerLaunch plain = berths.launch("a", Plans.container(berths.root, "echo -n prompt"));
        berths.start(new ContainerLaunch(
                        plain.id(),
                        plain.directory(),
                        plain.plan(),
                        List.of(),
                        plain.log(),
                        true,
                        false,
                        true,
                        Optional.empty()))
                .awaitExit();
        assertEquals(List.of("F prompt"), marked("stdout"));
    }

    @Test
    void theRestOfALineGoesOnInTheNewFile() throws IOException {
        ContainerLaunch plain =
                berths.launch("a", Plans.container(berths.root, "echo -n half; head -n 1; echo -n end"));
        Shim shim = berths.start(new ContainerLaunch(
                plain.id(),
                plain.directory(),
                plain.plan(),
                List.of(),
                plain.log(),
                true,
                false,
                false,
                Optional.empty()));
        awaitLog(" stdout P half\n");
        Path old = rotate(shim, 0);
        try (Attachment attachment = shim.attach()) {
            attachment.stdin(" done\n".getBytes(StandardCharsets.UTF_8));
            Berths.heard(attachment::next);
        }
        shim.awaitExit();
        assertEquals(List.of("P half"), marked("stdout", Files.readString(old)));
        assertEquals(List.of("F  done", "F end"), marked("stdout"));
    }

    private void awaitLog(String text) throws IOException {
        while (!berths.log("a").contains(text)) {
            Thread.onSpinWait();
        }
    }

    private Path rotate(Shim shim, int turn) throws IOException {
        Path renamed = berths.logFile("a").resolveSibling("a.log." + turn);
        Files.move(berths.logFile("a"), renamed);
        shim.reopenLog();
        return renamed;
    }

    private List<String> marked(String stream) throws IOException {
        return marked(stream, berths.log("a"));
    }

    /** The records of one stream, from their mark on. */
    private static List<String> marked(String stream, String log) {
        return log.lines()
                .map(line -> line.split(" ", 3))
                .filter(record -> record[1].equals(stream))
                .map(record -> record[2])
                .toList();
    }

    @Test
    void theLogIsReadableToItsGroupOnly() throws IOException {
        berths.run("a", "true").awaitExit();
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(berths.logFile("a"))));
    }

    @Test
    void aFullDiskCostsLinesAndNothingElse() throws IOException, InterruptedException {
        // the device /dev/full has no room for anything
        String node = berths.logFile("a").toString();
        assertEquals(0, new ProcessBuilder("mknod", node, "c", "1", "7").start().waitFor());
        ExitRecord exit = berths.run("a", "seq 1 1000; exit 3").awaitExit();
        assertEquals(3, exit.code());
        assertFalse(exit.logComplete());
        assertTrue(exit.lostLogBytes() > 1000);
    }
}
