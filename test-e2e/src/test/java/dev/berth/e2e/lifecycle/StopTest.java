package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.StatusRequest;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** StopContainer where the container does not simply end when it is asked to. */
@ExtendWith(SharedRegistry.class)
final class StopTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Path FREEZERS = Path.of("/sys/fs/cgroup/freezer");
    private static final long LONG = 600;
    private static final ObjectMapper JSON = new ObjectMapper();

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    StopTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    private boolean operates(String verb, String container) {
        var request = StatusRequest.newBuilder().setVerbose(true).build();
        var operations = node.subject().client().pods().status(request).getInfoOrThrow("operations");
        return operations.contains(verb + " " + container);
    }

    private CompletableFuture<Void> stopping(String id, long seconds)
            throws IOException, InterruptedException, TimeoutException {
        var stop = CompletableFuture.runAsync(() -> pod.stop(id, seconds));
        Waiting.until("the stop is under way", SOON, () -> operates("stop-container", id));
        return stop;
    }

    @Test
    void aStopDuringTheStartIsNotLost() throws IOException, InterruptedException, TimeoutException {
        for (int round = 0; round < 60; round++) {
            var id = pod.create(OnePod.box("sleep", "1000").build());
            var start = CompletableFuture.runAsync(() -> pod.start(id));
            Waiting.until("it starts", SOON, () -> start.isDone() || operates("start-container", id));
            pod.stop(id, 0);
            start.join();
            assertEquals(ContainerState.CONTAINER_EXITED, pod.status(id).getState(), "round " + round);
            pod.remove(id);
        }
    }

    @Test
    void aShorterTimeoutShortens() throws IOException, InterruptedException, TimeoutException {
        var id = pod.start(OnePod.box("sh", "-c", "trap '' TERM; while :; do sleep 1; done")
                .build());
        var first = stopping(id, LONG);
        pod.stop(id, 1);
        first.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
        assertEquals(137, pod.status(id).getExitCode());
    }

    /** In a freezer of which its runtime knows nothing, a process does not even see SIGKILL. */
    @Test
    void whatCannotBeKilledIsReportedAndHoldsUpNobodyElse() throws IOException, InterruptedException, TimeoutException {
        assumeTrue(Files.isDirectory(FREEZERS), "nothing unkillable: this host has no v1 freezer hierarchy");
        var id = pod.start(OnePod.box("sleep", "1000").build());
        var freezer = Files.createDirectory(
                FREEZERS.resolve(node.subject().marks().cgroup().substring(1)));
        Files.writeString(freezer.resolve("cgroup.procs"), pid(id));
        Files.writeString(freezer.resolve("freezer.state"), "FROZEN");
        Waiting.until(
                "it is frozen",
                SOON,
                () -> Files.readString(freezer.resolve("freezer.state")).strip().equals("FROZEN"));
        try {
            var stop = stopping(id, 0);
            var beside = pod.start(Pod.container("beside", OnePod.BUSYBOX, List.of("sleep", "1000")));
            pod.stop(beside, 0);
            assertFalse(stop.isDone());
            var refused = assertThrows(CompletionException.class, stop::join);
            var status = assertInstanceOf(StatusRuntimeException.class, refused.getCause())
                    .getStatus();
            assertEquals(Code.DEADLINE_EXCEEDED, status.getCode());
            assertTrue(
                    String.valueOf(status.getDescription())
                            .matches(".*pid " + pid(id) + ", state [A-Z], waiting in [a-z_]+.*"),
                    status::toString);
            assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());
        } finally {
            Files.writeString(freezer.resolve("freezer.state"), "THAWED");
        }
        pod.stop(id, 0);
        assertEquals(137, pod.status(id).getExitCode());
        Waiting.until("the freezer is empty", SOON, () -> freezer.toFile().delete());
    }

    private String pid(String container) throws IOException {
        var request =
                ContainerStatusRequest.newBuilder().setContainerId(container).setVerbose(true);
        var info =
                node.subject().client().pods().containerStatus(request.build()).getInfoOrThrow("info");
        return JSON.readTree(info).path("pid").asText();
    }
}
