package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ContainerStatsRequest;
import dev.berth.cri.api.ImageFsInfoRequest;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.ImageStatusRequest;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListImagesRequest;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.RemoveImageRequest;
import dev.berth.cri.api.RuntimeCondition;
import dev.berth.cri.api.StatusRequest;
import dev.berth.cri.api.VersionRequest;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The life of pods, driven by a gRPC client. */
@ExtendWith(SharedRegistry.class)
final class PodFlowTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";
    private static final String NGINX = "docker.io/library/nginx:latest";
    private static final Duration SOON = Duration.ofSeconds(15);

    private final Subject subject;
    private final CriClient client;

    PodFlowTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        subject = Subject.start(folder, registry);
        client = subject.client();
    }

    @BeforeEach
    void pull() {
        pull(BUSYBOX);
    }

    @AfterEach
    void nothingIsLeft() throws IOException, InterruptedException, TimeoutException {
        try {
            subject.removePods();
        } finally {
            subject.awaitNothingLeft();
        }
    }

    private String pull(String image) {
        var request = PullImageRequest.newBuilder().setImage(spec(image)).build();
        return client.images().pullImage(request).getImageRef();
    }

    private static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }

    private Pod run(String name) {
        return Pod.run(client, Pod.config(subject.marks(), name));
    }

    private static String output(Pod pod, String container, String... command) {
        return pod.exec(container, command).getStdout().toString(StandardCharsets.UTF_8);
    }

    @Test
    void theRuntimeSaysWhatItIsAndThatItIsReady() {
        var version = client.pods().version(VersionRequest.getDefaultInstance());
        assertEquals("v1", version.getRuntimeApiVersion());
        assertFalse(version.getRuntimeVersion().isEmpty());
        var status = client.pods().status(StatusRequest.getDefaultInstance()).getStatus();
        assertEquals(
                List.of("NetworkReady", "RuntimeReady"),
                status.getConditionsList().stream()
                        .filter(RuntimeCondition::getStatus)
                        .map(RuntimeCondition::getType)
                        .sorted()
                        .toList());
    }

    @Test
    void anImageIsPulledListedAndRemoved() {
        pull(NGINX);
        var status = client.images()
                .imageStatus(
                        ImageStatusRequest.newBuilder().setImage(spec(NGINX)).build())
                .getImage();
        assertEquals(List.of(NGINX), status.getRepoTagsList());
        assertTrue(status.getSize() > 100_000, status::toString);
        assertEquals(1, status.getRepoDigestsCount());
        var list = client.images().listImages(ListImagesRequest.getDefaultInstance());
        assertTrue(list.getImagesList().stream().anyMatch(image -> image.getId().equals(status.getId())));
        var usage = client.images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
        assertFalse(usage.getImageFilesystemsList().isEmpty());

        var removal = RemoveImageRequest.newBuilder().setImage(spec(NGINX)).build();
        client.images().removeImage(removal);
        client.images().removeImage(removal);
        var after = client.images()
                .imageStatus(
                        ImageStatusRequest.newBuilder().setImage(spec(NGINX)).build());
        assertFalse(after.hasImage());
    }

    /** As a kubelet creates it: by the id that the pull answered. */
    @Test
    void aContainerMadeByIdTellsTheImagesName() {
        var pod = run("named");
        var image = client.images()
                .imageStatus(
                        ImageStatusRequest.newBuilder().setImage(spec(BUSYBOX)).build())
                .getImage();
        var id = pod.create(Pod.container("box", image.getId(), List.of("true")));
        assertEquals(BUSYBOX, pod.status(id).getImage().getImage());
        assertEquals(image.getId(), pod.status(id).getImageId());
        assertEquals(image.getRepoDigests(0), pod.status(id).getImageRef());
    }

    @Test
    void aContainerRunsIsExecutedInLogsAndStops() throws IOException, InterruptedException, TimeoutException {
        var pod = run("first");
        var box = Pod.container("box", BUSYBOX, List.of("sh", "-c", "echo hello; echo oops >&2; exec sleep 1000"));
        var id = pod.create(box);
        assertEquals(ContainerState.CONTAINER_CREATED, pod.status(id).getState());
        pod.start(id);
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());

        assertEquals("first\n", output(pod, id, "hostname"));
        assertEquals("sleep\0001000\000", output(pod, id, "cat", "/proc/1/cmdline"));
        assertEquals(7, pod.exec(id, "sh", "-c", "exit 7").getExitCode());
        assertEquals("x\n", pod.exec(id, "sh", "-c", "echo x >&2").getStderr().toString(StandardCharsets.UTF_8));

        var log = Path.of(pod.config().getLogDirectory(), "box.log");
        Waiting.until(
                "both lines are in the log", SOON, () -> Files.readAllLines(log).size() == 2);
        for (var line : Files.readAllLines(log)) {
            assertTrue(line.matches("\\S+T\\S+ (stdout F hello|stderr F oops)"), line);
        }
        pod.stop(id, 0);
        var end = pod.status(id);
        assertEquals(ContainerState.CONTAINER_EXITED, end.getState());
        assertEquals(137, end.getExitCode());
        assertTrue(end.getFinishedAt() >= end.getStartedAt() && end.getStartedAt() >= end.getCreatedAt());
        pod.remove(id);
        pod.remove(id);
    }

    @Test
    void aPageIsServedAtThePodsAddress() throws IOException, InterruptedException, TimeoutException {
        pull(NGINX);
        var pod = run("web");
        var id = pod.start(Pod.container("nginx", NGINX, List.of()));
        var address = pod.status().getNetwork().getIp();
        assertTrue(address.startsWith(subject.marks().network() + "."), address);
        try (var browser = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                    .build();
            Waiting.until("nginx answers", SOON, () -> fetch(browser, request).contains("Welcome to nginx!"));
        }
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());
    }

    private static String fetch(HttpClient browser, HttpRequest request) throws InterruptedException {
        try {
            return browser.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return "";
        }
    }

    @Test
    void theEndOfAProcessIsReportedWithItsCode() throws IOException, InterruptedException, TimeoutException {
        var pod = run("ending");
        var id = pod.start(Pod.container("box", BUSYBOX, List.of("sh", "-c", "exit 3")));
        Waiting.until("the end is seen", SOON, () -> pod.status(id).getState() == ContainerState.CONTAINER_EXITED);
        assertEquals(3, pod.status(id).getExitCode());
        assertEquals("Error", pod.status(id).getReason());
    }

    @Test
    void listsFilterAndStatsCount() throws IOException, InterruptedException, TimeoutException {
        var pod = run("listed");
        var id = pod.start(Pod.container("box", BUSYBOX, List.of("sleep", "1000")));
        var all = client.pods().listContainers(ListContainersRequest.getDefaultInstance());
        assertEquals(1, all.getContainersCount());
        assertEquals(pod.id(), all.getContainers(0).getPodSandboxId());
        var request = ContainerStatsRequest.newBuilder().setContainerId(id).build();
        Waiting.until(
                "memory is counted",
                SOON,
                () -> client.pods()
                                .containerStats(request)
                                .getStats()
                                .getMemory()
                                .getWorkingSetBytes()
                                .getValue()
                        > 0);
        assertEquals(
                id,
                client.pods().containerStats(request).getStats().getAttributes().getId());
    }

    @Test
    void aStoppedPodHasNoProcessesAndCanBeStoppedAgain() {
        var pod = run("stopped");
        var id = pod.start(Pod.container("box", BUSYBOX, List.of("sleep", "1000")));
        pod.stop();
        pod.stop();
        assertEquals(PodSandboxState.SANDBOX_NOTREADY, pod.status().getState());
        assertEquals(ContainerState.CONTAINER_EXITED, pod.status(id).getState());
        pod.remove();
        pod.remove();
    }

    @Test
    void containersOfAPodShareItsNetworkAndNotItsProcesses() {
        var pod = run("shared");
        var first = pod.start(Pod.container("first", BUSYBOX, List.of("httpd", "-f", "-p", "8080", "-h", "/etc")));
        var second = pod.start(Pod.container("second", BUSYBOX, List.of("sleep", "1000")));
        var page = pod.exec(
                second,
                "sh",
                "-c",
                "for i in 1 2 3 4 5 6 7 8 9; do wget -q -O - 127.0.0.1:8080/hostname && exit; usleep 100000; done");
        assertEquals("shared\n", page.getStdout().toString(StandardCharsets.UTF_8));
        assertFalse(commands(pod, second).contains("httpd"));
        assertTrue(commands(pod, first).contains("httpd"));
    }

    private static String commands(Pod pod, String container) {
        return output(pod, container, "sh", "-c", "cat /proc/[0-9]*/cmdline");
    }
}
