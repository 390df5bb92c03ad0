package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.Mount;
import dev.berth.cri.api.RuntimeHandler;
import dev.berth.cri.api.StatusRequest;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.OciRuntimes;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers that other OCI runtimes carry out: Debian's crun and runc. */
@ExtendWith(SharedRegistry.class)
final class OciRuntimeTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Path folder;

    @AutoClose("end")
    private final OnePod node;

    OciRuntimeTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        OciRuntimes.configure(folder);
        node = OnePod.run(folder, registry);
    }

    private Pod run(String handler) {
        return Pod.run(node.subject().client(), Pod.config(node.subject().marks(), "of-" + handler), handler);
    }

    private static String output(Pod pod, String container, String script) {
        return pod.exec(container, "sh", "-c", script).getStdout().toStringUtf8();
    }

    private static void awaitEnd(Pod pod, String id) throws IOException, InterruptedException, TimeoutException {
        Waiting.until("the end is seen", SOON, () -> pod.status(id).getState() == ContainerState.CONTAINER_EXITED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aContainerRunsLogsAndStops(String handler) throws IOException, InterruptedException, TimeoutException {
        var pod = run(handler);
        var volume = Files.createDirectories(folder.resolve("volume"));
        var id = pod.start(OnePod.box("sh", "-c", "echo hello; echo oops >&2; exec sleep 1000")
                .addMounts(Mount.newBuilder().setHostPath(volume.toString()).setContainerPath("/volume"))
                .build());
        assertTrue(knows(handler, id), "the container is another launcher's");
        assertEquals("of-" + handler + "\n", output(pod, id, "hostname"));
        assertEquals("sleep\0001000\000", output(pod, id, "cat /proc/1/cmdline"));
        assertEquals("written\n", output(pod, id, "echo written >/volume/file; cat /volume/file"));
        assertEquals("written\n", Files.readString(volume.resolve("file")));
        assertEquals("shared\n", output(pod, id, "echo shared >/dev/shm/file; cat /dev/shm/file"));
        assertEquals("1\n", output(pod, id, "ip -o address show eth0 | grep -c 'inet '"));
        var log = Path.of(pod.config().getLogDirectory(), "box.log");
        Waiting.until(
                "both lines are in the log", SOON, () -> Files.readAllLines(log).size() == 2);
        pod.stop(id, 0);
        assertEquals(137, pod.status(id).getExitCode());
        Waiting.until("the runtime has forgotten it", SOON, () -> !knows(handler, id));
    }

    private boolean knows(String handler, String id) throws IOException {
        try (var states = Files.list(folder.resolve("state/runtimes/" + handler))) {
            return states.anyMatch(state -> state.getFileName().toString().equals(id));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void commandsEndWithTheirCodesHoweverShortTheyAre(String handler) {
        var pod = run(handler);
        var id = pod.start(OnePod.box("sleep", "1000").build());
        for (int i = 0; i < 10; i++) {
            assertEquals(7, pod.exec(id, "sh", "-c", "exit 7").getExitCode());
        }
        var missing = assertThrows(StatusRuntimeException.class, () -> pod.exec(id, "/no/such/program"));
        assertTrue(missing.toString().matches("(?is).*no such file.*"), missing.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void anEndIsReportedWithItsCode(String handler) throws IOException, InterruptedException, TimeoutException {
        var pod = run(handler);
        var id = pod.start(OnePod.box("sh", "-c", "exit 3").build());
        awaitEnd(pod, id);
        assertEquals(3, pod.status(id).getExitCode());
        assertEquals("Error", pod.status(id).getReason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void tooMuchMemoryIsToldAsSuch(String handler) throws IOException, InterruptedException, TimeoutException {
        var pod = run(handler);
        var greedy = OnePod.box("sh", "-c", "x=a; while :; do x=$x$x; done");
        greedy.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(48 << 20);
        var id = pod.start(greedy.build());
        awaitEnd(pod, id);
        assertEquals("OOMKilled", pod.status(id).getReason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aProgramThatIsMissingIsNamed(String handler) {
        var pod = run(handler);
        var id = pod.create(OnePod.box("/no/such/program").build());
        var failed = assertThrows(StatusRuntimeException.class, () -> pod.start(id));
        assertTrue(failed.toString().contains("/no/such/program"), failed.toString());
        assertEquals("StartError", pod.status(id).getReason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aContainerOutlivesTheDaemon(String handler) throws IOException, InterruptedException, TimeoutException {
        var pod = run(handler);
        var lives = pod.start(OnePod.box("sleep", "1000").build());
        var dies = pod.start(named("dies", "sh", "-c", "until [ -e /dev/shm/end ]; do usleep 10000; done; exit 5"));
        output(pod, lives, "(sleep 2; : >/dev/shm/end) >/dev/null 2>&1 &");
        node.subject().runtime().kill();
        node.restart();
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(lives).getState());
        assertEquals("still\n", output(pod, lives, "echo still"));
        awaitEnd(pod, dies);
        assertEquals(5, pod.status(dies).getExitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aCrashDuringAStartLeavesNothing(String handler) throws IOException, InterruptedException, TimeoutException {
        var daemon = (Daemon) node.subject().runtime();
        for (String stage : new String[] {"start-container-prepared", "start-container-shim-started"}) {
            daemon.kill();
            daemon.startToCrashAt(stage);
            Waiting.until("the connection is back", SOON, node.subject().client()::answers);
            var pod = run(handler);
            assertThrows(StatusRuntimeException.class, () -> pod.start(named(stage, "sleep", "1000")));
            assertTrue(daemon.awaitEnd(SOON).isPresent(), stage);
            node.restart();
            pod.stop();
            pod.remove();
            assertEquals("", states(), stage);
        }
    }

    private String states() throws IOException {
        try (var all = Files.walk(folder.resolve("state/runtimes"))) {
            return all.map(folder::relativize)
                    .map(Path::toString)
                    .filter(path -> path.split("/").length > 3)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static ContainerConfig named(String name, String... command) {
        var box = OnePod.box(command);
        box.getMetadataBuilder().setName(name);
        return box.build();
    }

    @Test
    void statusListsTheHandlersWithWhatTheyCan() {
        var status = node.subject().client().pods().status(StatusRequest.getDefaultInstance());
        var recursive = status.getRuntimeHandlersList().stream()
                .filter(handler -> handler.getFeatures().getRecursiveReadOnlyMounts())
                .map(RuntimeHandler::getName)
                .toList();
        assertTrue(recursive.containsAll(List.of("", "runc")), recursive::toString);
        assertFalse(recursive.contains("missing"));
        assertEquals(4, status.getRuntimeHandlersCount());
        assertTrue(status.getRuntimeHandlersList().stream()
                .filter(handler -> handler.getFeatures().getUserNamespaces())
                .allMatch(handler -> handler.getName().isEmpty()));
    }

    @Test
    void aHandlerThatCannotServeSaysWhy() {
        var missing = assertThrows(StatusRuntimeException.class, () -> run("missing"));
        assertEquals(Status.Code.FAILED_PRECONDITION, missing.getStatus().getCode());
        assertTrue(missing.toString().contains("/nowhere/runtime"), missing.toString());
        var unknown = assertThrows(StatusRuntimeException.class, () -> run("unknown"));
        assertEquals(Status.Code.INVALID_ARGUMENT, unknown.getStatus().getCode());
        assertTrue(unknown.toString().contains("crun"), unknown.toString());
        var users = Pod.inUserNamespace(Pod.config(node.subject().marks(), "users"), 1 << 20);
        var refused = assertThrows(
                StatusRuntimeException.class, () -> Pod.run(node.subject().client(), users, "runc"));
        assertTrue(refused.toString().contains("user namespace"), refused.toString());
    }
}
