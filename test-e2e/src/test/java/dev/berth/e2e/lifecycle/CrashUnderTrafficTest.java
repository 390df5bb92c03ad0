package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.Mount;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The daemon is killed while commands run, a client is attached and the log grows. */
@ExtendWith(SharedRegistry.class)
final class CrashUnderTrafficTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CRASHES = 3;
    private static final int CODE = 7;

    /** Counts until it is told to stop, and leaves outside how far it has come. */
    private static final String COUNTER = "i=0; until [ -e /flags/stop ]; do echo $i; i=$((i+1)); done;"
            + " echo $i > /flags/part; mv /flags/part /flags/count; exit " + CODE;

    private final Path folder;
    private final Path flags;

    @AutoClose("end")
    private final OnePod node;

    private final String id;

    CrashUnderTrafficTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        flags = Files.createDirectory(folder.resolve("flags"));
        node = OnePod.run(folder, registry);
        id = node.pod()
                .start(OnePod.box("sh", "-c", COUNTER)
                        .addMounts(
                                Mount.newBuilder().setHostPath(flags.toString()).setContainerPath("/flags"))
                        .setLogPath("box.log")
                        .build());
    }

    @Test
    void noLineOfTheLogAndNoExitCodeIsLost() throws IOException, InterruptedException, TimeoutException {
        var log = Path.of(node.pod().status(id).getLogPath());
        for (int crash = 1; crash < CRASHES; crash++) {
            killUnderTraffic(crash);
            node.restart();
            assertEquals(ContainerState.CONTAINER_RUNNING, node.pod().status(id).getState());
        }
        killUnderTraffic(CRASHES);
        Files.createFile(flags.resolve("stop"));
        Waiting.until("the counter has stopped", SOON, () -> Files.exists(flags.resolve("count")));
        node.restart();
        Waiting.until(
                "the end is known", SOON, () -> node.pod().status(id).getState() == ContainerState.CONTAINER_EXITED);
        assertEquals(CODE, node.pod().status(id).getExitCode());
        assertEquals(Files.readString(flags.resolve("count")).strip(), Long.toString(countedLines(log)));
    }

    private void killUnderTraffic(int round) throws IOException, InterruptedException, TimeoutException {
        var heard = folder.resolve("heard" + round);
        var socket = "unix://" + node.subject().runtime().socket();
        var crictl = Checkout.current().tool("crictl").toString();
        var attached = new ProcessBuilder(crictl, "--config", "/dev/null", "-r", socket, "attach", id)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(heard.toFile())
                .start();
        var commands = Thread.ofVirtual().start(this::runCommands);
        Waiting.until("the client hears", SOON, () -> Files.size(heard) > 0);
        node.subject().runtime().kill();
        commands.join();
        attached.waitFor();
    }

    /** One after the other, until the daemon is gone. */
    private void runCommands() {
        try {
            while (node.pod().exec(id, "true").getExitCode() == 0) {
                Thread.onSpinWait();
            }
        } catch (StatusRuntimeException _) {
            // the daemon is gone
        }
    }

    /** Each number once and in its place. */
    private static long countedLines(Path log) throws IOException {
        try (var lines = Files.newBufferedReader(log)) {
            long count = 0;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                assertEquals(" stdout F " + count, line.substring(line.indexOf(' ')));
                count++;
            }
            return count;
        }
    }
}
