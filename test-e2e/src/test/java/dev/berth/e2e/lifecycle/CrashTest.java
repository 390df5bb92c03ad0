package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.HostState;
import dev.berth.e2e.Marks;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The daemon dies at each stage of its work; the next one leaves nothing behind and harms nothing that lives. */
@ExtendWith(SharedRegistry.class)
final class CrashTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";

    /** It declares volumes, which its containers get. */
    private static final String VICTIM = "docker.io/declared/volumes:latest";

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String OPERATIONS = "(run-sandbox|create-container|start-container|stop-container"
            + "|update-resources|remove-container|stop-sandbox|remove-sandbox)-.*";

    @BeforeAll
    static void fill(Registry registry) throws IOException, InterruptedException {
        registry.fill("declared");
    }

    private static Stream<String> stages() throws IOException, InterruptedException {
        var berthd = Checkout.current().berthd().toString();
        return Command.run(berthd, "--crash-stages")
                .orFail()
                .lines()
                .map(String::strip)
                .filter(stage -> stage.matches(OPERATIONS));
    }

    @Test
    void theDaemonNamesStagesOfEveryOperation() throws IOException, InterruptedException {
        var names = stages().toList();
        for (var operation : List.of("run-sandbox", "create-container", "start-container")) {
            var own = names.stream().filter(name -> name.startsWith(operation)).count();
            assertTrue(own >= 3, operation + " has only " + own + " of " + names);
        }
    }

    @ParameterizedTest
    @MethodSource("stages")
    void aCrashLeavesNothingAndHarmsNothing(String stage, @TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var before = HostState.of(Marks.of(folder));
        try (var daemon = Daemon.start(folder, registry)) {
            var bystander = bystander(daemon);
            daemon.kill();
            daemon.startToCrashAt(stage);
            try (var client = daemon.client()) {
                var victim = new Victim(client, daemon.marks());
                assertThrows(StatusRuntimeException.class, victim::liveAndDie);
            }
            assertTrue(daemon.awaitEnd(SOON).isPresent(), "the daemon lives on beyond " + stage);
            daemon.start();
            bystander.checkUnharmed(daemon);
            removeEverything(daemon);
        }
        HostState.awaitSame(Marks.of(folder), before);
    }

    private static Bystander bystander(Daemon daemon) {
        try (var client = daemon.client()) {
            for (var name : List.of(BUSYBOX, VICTIM)) {
                var image = ImageSpec.newBuilder().setImage(name);
                client.images()
                        .pullImage(PullImageRequest.newBuilder().setImage(image).build());
            }
            var pod = Pod.run(client, Pod.config(daemon.marks(), "bystander"));
            var container = pod.start(Pod.container("box", BUSYBOX, List.of("sleep", "1000")));
            return new Bystander(
                    pod.config(), pod.id(), container, pod.status(container).getStartedAt());
        }
    }

    /** A pod that was there before the crash and has nothing to do with it. */
    private record Bystander(dev.berth.cri.api.PodSandboxConfig config, String pod, String container, long startedAt) {
        void checkUnharmed(Daemon daemon) {
            try (var client = daemon.client()) {
                var again = new Pod(client, config, pod);
                assertEquals(PodSandboxState.SANDBOX_READY, again.status().getState());
                assertEquals(
                        ContainerState.CONTAINER_RUNNING,
                        again.status(container).getState());
                assertEquals(startedAt, again.status(container).getStartedAt());
                assertEquals(0, again.exec(container, "true").getExitCode());
            }
        }
    }

    /** A pod whose whole life is gone through, so that every stage is reached. */
    private record Victim(CriClient client, Marks marks) {
        void liveAndDie() {
            var pod = Pod.run(client, Pod.config(marks, "victim"));
            var container = pod.start(Pod.container("box", VICTIM, List.of("sleep", "1000")));
            var limits = LinuxContainerResources.newBuilder().setCpuShares(512).build();
            pod.update(container, limits);
            assertEquals(512, pod.status(container).getResources().getLinux().getCpuShares());
            pod.stop(container, 1);
            pod.remove(container);
            pod.stop();
            pod.remove();
        }
    }

    /** What the kubelet would do: the victim's name can be used again, and all of it can be removed. */
    private static void removeEverything(Daemon daemon) {
        try (var client = daemon.client()) {
            var pods = new ArrayList<>(client.pods()
                    .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                    .getItemsList());
            assertFalse(pods.isEmpty());
            for (var pod : pods) {
                var listed = new Pod(client, Pod.config(daemon.marks(), "any"), pod.getId());
                listed.stop();
                listed.remove();
            }
            var again = Pod.run(client, Pod.config(daemon.marks(), "victim"));
            var container = again.start(Pod.container("box", BUSYBOX, List.of("sleep", "1000")));
            assertEquals(0, again.exec(container, "true").getExitCode());
            again.stop();
            again.remove();
        }
    }
}
