package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.shim.directory.ExitRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
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
    void halfALineIsShownWhenTheStreamPauses() throws IOException {
        Shim shim = berths.run("a", "echo -n prompt; exec sleep 1000");
        while (!berths.log("a").contains(" stdout P prompt\n")) {
            Thread.onSpinWait();
        }
        shim.signal(9);
        shim.awaitExit();
        assertEquals(List.of("prompt"), berths.said("a"));
    }

    @Test
    void reopeningLosesNothing() throws IOException {
        Shim shim = berths.run("a", "seq 1 300000");
        List<Path> old = new ArrayList<>();
        for (int turn = 0;
                turn < 5 && berths.shims.exitRecord(berths.directory("a")).isEmpty();
                turn++) {
            Path renamed = berths.logFile("a").resolveSibling("a.log." + turn);
            Files.move(berths.logFile("a"), renamed);
            old.add(renamed);
            shim.reopenLog();
        }
        ExitRecord exit = shim.awaitExit();
        assertTrue(exit.logComplete());
        old.add(berths.logFile("a"));
        long expected = 1;
        for (Path file : old) {
            for (String line : Files.readAllLines(file)) {
                assertEquals(Long.toString(expected++), line.split(" ", 4)[3]);
            }
        }
        assertEquals(300_001, expected);
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
