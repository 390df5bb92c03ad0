package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.Mount;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Host paths on a file system that does not answer, as one of a network whose server is gone. */
@ExtendWith(SharedRegistry.class)
final class HangingHostTest {
    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;
    private final Path folder;

    HangingHostTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "nothing hangs: this kernel has no FUSE");
        this.folder = folder;
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("limit.toml"),
                "[container]\nlaunch_timeout_seconds = 3\n");
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    /** A file system that does not answer until it is closed. */
    private record Silence(Process process) implements AutoCloseable {
        static Silence over(Path directory) throws IOException {
            var program = Checkout.current().silentMount().toString();
            var process = new ProcessBuilder(program, directory.toString()).start();
            assertEquals("mounted", process.inputReader().readLine());
            return new Silence(process);
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }

    private static ContainerConfig mounting(String name, Path path) {
        return Pod.container(name, OnePod.BUSYBOX, List.of("sleep", "1000")).toBuilder()
                .addMounts(Mount.newBuilder().setHostPath(path.toString()).setContainerPath("/data"))
                .build();
    }

    private static void givenUp(String named, Executable call) {
        var refused = assertThrows(StatusRuntimeException.class, call);
        assertEquals(Code.DEADLINE_EXCEEDED, refused.getStatus().getCode(), refused::toString);
        assertTrue(refused.toString().contains(named), refused::toString);
    }

    @Test
    void aPathThatIsNotAnsweredForIsNamedAndHoldsUpNobodyElse() throws IOException {
        var silent = Files.createDirectory(folder.resolve("silent"));
        try (var _ = Silence.over(silent)) {
            var path = silent.resolve("volume");
            givenUp("host path " + path, () -> pod.create(mounting("box", path)));
            givenUp("host path " + path, () -> pod.create(mounting("again", path)));
            var other = pod.start(mounting("other", folder));
            pod.stop(other, 0);
        }
        Files.createDirectory(silent.resolve("volume"));
        var id = pod.start(mounting("box", silent.resolve("volume")));
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());
    }

    @Test
    void aStartThatHangsIsGivenUpAndNamesStepAndPath() throws IOException {
        var mounted = Files.createDirectories(folder.resolve("later/volume"));
        var id = pod.create(mounting("box", mounted));
        try (var _ = Silence.over(folder.resolve("later"))) {
            givenUp("open_tree(" + mounted + ")", () -> pod.start(id));
            var status = pod.status(id);
            assertEquals("StartError", status.getReason());
            assertTrue(status.getMessage().contains(mounted.toString()), status::getMessage);
            pod.remove(id);
        }
        assertFalse(Files.exists(folder.resolve("state/containers").resolve(id)));
    }
}
