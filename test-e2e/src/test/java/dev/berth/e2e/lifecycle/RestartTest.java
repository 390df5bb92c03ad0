package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pods live on while the daemon is gone. */
@ExtendWith(SharedRegistry.class)
final class RestartTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final Path folder;

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    RestartTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    @Test
    void theSameContainersRunAfterADaemonThatWasKilled() throws IOException, InterruptedException, TimeoutException {
        var id = pod.start(Pod.container("box", OnePod.BUSYBOX, List.of("sleep", "1000")));
        var address = pod.status().getNetwork().getIp();
        var started = pod.status(id).getStartedAt();
        node.subject().runtime().kill();
        node.restart();

        assertEquals(PodSandboxState.SANDBOX_READY, pod.status().getState());
        assertEquals(address, pod.status().getNetwork().getIp());
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());
        assertEquals(started, pod.status(id).getStartedAt());
        assertEquals("still\n", pod.exec(id, "echo", "still").getStdout().toString(StandardCharsets.UTF_8));
        var second = pod.start(Pod.container("second", OnePod.BUSYBOX, List.of("sleep", "1000")));
        assertNotEquals(id, second);
        pod.stop(id, 0);
        assertEquals(137, pod.status(id).getExitCode());
    }

    @Test
    void aDaemonThatIsAskedToStopDoesSoWithoutFailure() throws IOException, InterruptedException, TimeoutException {
        var id = pod.start(OnePod.box("sleep", "1000").build());
        assertEquals(0, node.subject().runtime().stop());
        node.restart();
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());
    }

    @Test
    void anEndThatNobodySawIsReportedAfterwards() throws IOException, InterruptedException, TimeoutException {
        var gate = Files.createDirectories(folder.resolve("gate"));
        var waiting = Pod.container(
                        "box",
                        OnePod.BUSYBOX,
                        List.of("sh", "-c", "until [ -e /gate/open ]; do usleep 10000; done; exit 5"))
                .toBuilder()
                .addMounts(dev.berth.cri.api.Mount.newBuilder()
                        .setHostPath(gate.toString())
                        .setContainerPath("/gate"))
                .build();
        var id = pod.start(waiting);
        var init = ProcessHandle.of(initPid()).orElseThrow();
        node.subject().runtime().kill();
        Files.createFile(gate.resolve("open"));
        init.onExit()
                .orTimeout(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
        node.restart();

        Waiting.until("the end is known", SOON, () -> pod.status(id).getState() == ContainerState.CONTAINER_EXITED);
        assertEquals(5, pod.status(id).getExitCode());
    }

    /** The one process of this host whose command line names the gate. */
    private static long initPid() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("/gate/open"))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    @Test
    void aLogIsWrittenOnWhileTheDaemonIsGone() throws IOException, InterruptedException, TimeoutException {
        pod.start(Pod.container(
                "talker",
                OnePod.BUSYBOX,
                List.of("sh", "-c", "i=0; while :; do echo $i; i=$((i+1)); usleep 20000; done")));
        node.subject().runtime().kill();
        var log = Path.of(pod.config().getLogDirectory(), "talker.log");
        var before = Files.readAllLines(log).size();
        Waiting.until("more lines come", SOON, () -> Files.readAllLines(log).size() > before + 5);
        node.restart();

        var lines = Files.readAllLines(log);
        for (int number = 0; number < lines.size(); number++) {
            assertEquals("stdout F " + number, lines.get(number).split(" ", 2)[1]);
        }
    }
}
