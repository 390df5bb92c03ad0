package dev.berth.e2e.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.api.Container;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.StopContainerRequest;
import dev.berth.e2e.Kubelet;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pod that the real kubelet leads, with the ways of asking that it has behind gates: statistics, events and lists by the CRI. */
@ExtendWith(SharedRegistry.class)
final class StaticPodTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> GATES = List.of("PodAndContainerStatsFromCRI", "EventedPLEG", "CRIListStreaming");
    private static final String POD = "walk-" + Kubelet.NODE;

    private final Subject subject;
    private final Kubelet kubelet;

    StaticPodTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        assumeTrue(Kubelet.built(), "the kubelet is not run: test-e2e/tools/build could not build it");
        subject = Subject.start(folder, registry);
        subject.client()
                .images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(OnePod.BUSYBOX))
                        .build());
        kubelet = Kubelet.start(subject.runtime(), GATES);
    }

    @AfterEach
    void end() throws IOException, InterruptedException, TimeoutException {
        try (subject) {
            kubelet.close();
            subject.removePods();
            // what was in use by containers
            kubelet.close();
        } finally {
            subject.awaitNothingLeft();
        }
    }

    @Test
    void aPodIsLedMeasuredAndKept() throws IOException, InterruptedException, TimeoutException {
        kubelet.run("walk", """
                apiVersion: v1
                kind: Pod
                metadata: {name: walk, namespace: default, labels: {app: walk}}
                spec:
                  terminationGracePeriodSeconds: 1
                  initContainers:
                  - {name: first, image: "%1$s", imagePullPolicy: Never, command: [sh, -c, "echo made > /shared/file"],
                     volumeMounts: [{name: shared, mountPath: /shared}]}
                  containers:
                  - name: busy
                    image: "%1$s"
                    imagePullPolicy: Never
                    command: [sh, -c, "trap 'exit 0' TERM; while cat /shared/file > /dev/null; do i=0; while [ $i -lt 9000 ]; do i=$((i+1)); done; sleep 0.3; done"]
                    resources: {limits: {cpu: 500m, memory: 64Mi}}
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  - name: idle
                    image: "%1$s"
                    imagePullPolicy: Never
                    command: [sleep, "10000"]
                    readinessProbe: {exec: {command: ["true"]}, periodSeconds: 1}
                  volumes: [{name: shared, emptyDir: {}}]
                """.formatted(OnePod.BUSYBOX));
        awaitRunning(Map.of("busy", 0, "idle", 0));
        measured();

        stop("busy");
        awaitRunning(Map.of("busy", 1, "idle", 0));
        var before = running();
        subject.runtime().kill();
        subject.runtime().start();
        Waiting.until("the connection is back", SOON, subject.client()::answers);
        stop("idle");
        awaitRunning(Map.of("busy", 1, "idle", 1));
        assertEquals(before.get("busy"), running().get("busy"), "the daemon's end ended no container");

        kubelet.remove("walk");
        Waiting.until("the pod is gone", SOON, () -> running().isEmpty());
    }

    private List<Container> containers() {
        return subject.client()
                .pods()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList();
    }

    /** Ids by name. */
    private Map<String, String> running() {
        return containers().stream()
                .filter(each -> each.getState() == ContainerState.CONTAINER_RUNNING)
                .collect(Collectors.toMap(each -> each.getMetadata().getName(), Container::getId));
    }

    private void awaitRunning(Map<String, Integer> attempts)
            throws IOException, InterruptedException, TimeoutException {
        try {
            Waiting.until("these run: " + attempts, SOON, () -> attempts.equals(attempts()));
        } catch (TimeoutException e) {
            throw new AssertionError(e.getMessage() + ", but " + containers() + "\n" + kubelet.complaints(), e);
        }
    }

    private Map<String, Integer> attempts() {
        return containers().stream()
                .filter(each -> each.getState() == ContainerState.CONTAINER_RUNNING)
                .collect(Collectors.toMap(
                        each -> each.getMetadata().getName(),
                        each -> each.getMetadata().getAttempt()));
    }

    private void stop(String name) {
        subject.client()
                .pods()
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(String.valueOf(running().get(name)))
                        .build());
    }

    /** What the kubelet tells has the names of pod and container, and the cgroup's numbers. */
    private void measured() throws IOException, InterruptedException, TimeoutException {
        Waiting.until(
                "the kubelet has statistics of the pod",
                SOON,
                () -> container("busy").has("cpu"));
        var told = container("busy").at("/memory/workingSetBytes").asLong();
        assertTrue(told > 0 && told < 64 << 20, "working set " + told);
        var id = running().get("busy");
        var line = kubelet.read("/metrics/cadvisor")
                .lines()
                .filter(each -> each.startsWith("container_cpu_usage_seconds_total") && each.contains("name=\"" + id))
                .findFirst()
                .orElseThrow();
        for (var label : List.of("container=\"busy\"", "pod=\"" + POD + "\"", "namespace=\"default\"")) {
            assertTrue(line.contains(label), line);
        }
        var usage = Path.of("/sys/fs/cgroup/cpuacct"
                + line.replaceFirst(".* id=\"|.*,id=\"", "").replaceFirst("\".*", ""));
        var seconds =
                Long.parseLong(Files.readString(usage.resolve("cpuacct.usage")).strip()) / 1_000_000_000;
        var value = Double.parseDouble(line.substring(line.lastIndexOf(' ')));
        assertTrue(value <= seconds && value >= seconds - 2, value + " of " + seconds);
    }

    private JsonNode container(String name) throws IOException, InterruptedException {
        var summary = kubelet.read("/stats/summary");
        if (!summary.isEmpty()) {
            for (var pod : JSON.readTree(summary).path("pods")) {
                for (var each : pod.path("containers")) {
                    if (pod.at("/podRef/name").asText().equals(POD)
                            && each.path("name").asText().equals(name)) {
                        return each;
                    }
                }
            }
        }
        return JSON.createObjectNode();
    }
}
