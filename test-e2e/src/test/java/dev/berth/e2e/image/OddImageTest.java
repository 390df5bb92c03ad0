package dev.berth.e2e.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cri.api.Capability;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images and requests that are not quite in order, and run on other runtimes. */
@ExtendWith(SharedRegistry.class)
final class OddImageTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    /** More than the image's trap needs, and less than a test may take. */
    private static final int GRACE_SECONDS = 600;

    /** What the images' command ends with on SIGTERM. */
    private static final int ASKED_TO_STOP = 3;

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    OddImageTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    @BeforeAll
    static void fill(Registry registry) throws IOException, InterruptedException {
        registry.fill("odd");
    }

    @ParameterizedTest
    @CsvSource({
        "config, 7, 8, 7 8 8 9 /home/odd none",
        "signal, 0, 8, 0 8 8 /root none",
    })
    void itRunsAndStopsAsItWasMeant(String name, int uid, int gid, String says)
            throws IOException, InterruptedException, TimeoutException {
        var image = "docker.io/odd/" + name + ":latest";
        node.pull(image);
        var container = Pod.container("odd", image, List.of()).toBuilder().setLogPath("missing/folders/odd.log");
        container
                .getLinuxBuilder()
                .getSecurityContextBuilder()
                .setCapabilities(
                        Capability.newBuilder().addAddCapabilities("FLY").addDropCapabilities("SWIM"));
        var id = pod.start(container.build());
        assertEquals(uid, pod.status(id).getUser().getLinux().getUid());
        assertEquals(gid, pod.status(id).getUser().getLinux().getGid());
        var log = Path.of(pod.config().getLogDirectory(), "missing/folders/odd.log");
        Waiting.until("it says who it is", SOON, () -> Files.size(log) > 0);
        assertEquals("stdout F " + says, Files.readAllLines(log).getFirst().split(" ", 2)[1]);
        pod.stop(id, GRACE_SECONDS);
        assertEquals(ASKED_TO_STOP, pod.status(id).getExitCode());
    }
}
