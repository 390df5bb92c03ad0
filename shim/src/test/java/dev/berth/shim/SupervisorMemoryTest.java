package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SupervisorMemoryTest {
    private static final int SUPERVISORS = 10;

    private final Berths berths;

    SupervisorMemoryTest(@TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths("berth-shim", top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    @Test
    void anIdleSupervisorTakesFewPages() throws IOException {
        List<Shim> shims = new ArrayList<>();
        for (int count = 0; count < SUPERVISORS; count++) {
            shims.add(berths.run("c" + count, "echo hello; exec sleep 1000"));
        }
        long total = 0;
        for (Shim shim : shims) {
            Berths.transcript(shim.exec(Plans.exec("/bin/true")));
            total += AdoptionTest.proportionalSize(shim.shimPid());
        }
        System.out.println("PSS of a supervisor, average of " + SUPERVISORS + ": " + total / SUPERVISORS + " KiB");
        assertTrue(total / SUPERVISORS < 60, total / SUPERVISORS + " KiB");
    }
}
