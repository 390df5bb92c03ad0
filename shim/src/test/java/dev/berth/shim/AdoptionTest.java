package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.shim.directory.ObjectLock;
import dev.berth.shim.directory.ShimDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class AdoptionTest {
    private final Berths berths;

    AdoptionTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    @Test
    void aLivingShimIsFoundAgain() throws IOException {
        Shim first = berths.run("a", "exec sleep 1000");
        try (Shim again = berths.shims.adopt(berths.directory("a")).orElseThrow()) {
            assertEquals(first.shimPid(), again.shimPid());
            assertEquals(first.init(), again.init());
            assertTrue(again.ping());
            assertEquals(
                    "hi\n",
                    Berths.transcript(again.exec(Plans.exec("/bin/echo", "hi"))).out());
            again.signal(15);
            again.signal(9);
            assertEquals(9, again.awaitExit().signal());
        }
    }

    @Test
    void anEndThatNobodyHeardIsOnRecord() throws IOException {
        Shim shim = berths.run("a", "exit 5");
        shim.close();
        while (ObjectLock.held(new ShimDirectory(berths.directory("a")).lock())) {
            Thread.onSpinWait();
        }
        assertTrue(berths.shims.adopt(berths.directory("a")).isEmpty());
        assertEquals(
                5, berths.shims.exitRecord(berths.directory("a")).orElseThrow().code());
    }

    @Test
    void anObjectThatNeverStartedHasNoShim() throws IOException {
        assertTrue(berths.shims.adopt(berths.directory("a")).isEmpty());
        assertTrue(berths.shims.exitRecord(berths.directory("a")).isEmpty());
    }

    @Test
    void aLongDirectoryIsNoObstacle() throws IOException {
        String id = "x".repeat(200);
        Shim shim = berths.start(berths.launch(id, Plans.container(berths.root, "exec sleep 1000")));
        assertTrue(shim.ping());
        assertTrue(Files.exists(new ShimDirectory(berths.directory(id)).socket()));
    }

    static long proportionalSize(int pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
