package dev.berth.e2e.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.Mount;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.RemoveImageRequest;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Images mounted into containers, and containers of images with as many layers as the kernel takes. */
@ExtendWith(SharedRegistry.class)
final class ImageVolumeTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";
    private static final String DATA = "docker.io/volume/data:latest";
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int MOST_LAYERS = 500;

    private final Subject subject;
    private final Pod pod;

    @BeforeAll
    static void fill(Registry registry) throws IOException, InterruptedException {
        registry.fill("volumes");
    }

    ImageVolumeTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        subject = Subject.start(folder, registry);
        pod = Pod.run(subject.client(), Pod.config(subject.marks(), "pod"));
    }

    @AfterEach
    void nothingIsLeft() throws IOException, InterruptedException, TimeoutException {
        try {
            subject.removePods();
        } finally {
            subject.awaitNothingLeft();
        }
    }

    private static ImageSpec image(String name) {
        return ImageSpec.newBuilder().setImage(name).build();
    }

    private void pull(String... names) {
        for (var name : names) {
            subject.client()
                    .images()
                    .pullImage(
                            PullImageRequest.newBuilder().setImage(image(name)).build());
        }
    }

    private static Mount.Builder volume(String path, String name) {
        return Mount.newBuilder().setContainerPath(path).setImage(image(name)).setReadonly(true);
    }

    private static ContainerConfig sleeper(String name, Mount.Builder... volumes) {
        var config = Pod.container(name, BUSYBOX, List.of("sleep", "1000")).toBuilder();
        List.of(volumes).forEach(config::addMounts);
        return config.build();
    }

    private String output(String container, String script) {
        var ended = pod.exec(container, "sh", "-c", script);
        assertEquals("", ended.getStderr().toString(StandardCharsets.UTF_8));
        return ended.getStdout().toString(StandardCharsets.UTF_8);
    }

    @Test
    void aVolumeHasAllLayersOfItsImageAndCannotBeChanged() {
        pull(BUSYBOX, DATA, "docker.io/volume/single:latest");
        var id = pod.start(sleeper("box", volume("/data", DATA), volume("/single", "docker.io/volume/single:latest")));
        assertEquals(
                "above\nweights\nruns\none layer\n",
                output(id, "cat /data/top /data/models/latest; /data/models/run; cat /single/only"));
        assertNotEquals(0, pod.exec(id, "touch", "/data/new").getExitCode());
        assertNotEquals(0, pod.exec(id, "touch", "/single/only").getExitCode());
        assertNotEquals(0, pod.exec(id, "mount", "-o", "remount,rw", "/data").getExitCode());
        var shown = pod.status(id).getMountsList().getFirst();
        assertEquals(DATA, shown.getImage().getImage());
        assertEquals("/data", shown.getContainerPath());
        assertTrue(shown.getReadonly());
    }

    @Test
    void aSubPathIsResolvedInsideOfTheImage() {
        pull(BUSYBOX, DATA);
        var id = pod.start(sleeper(
                "box",
                volume("/models", DATA).setImageSubPath("models"),
                volume("/weights", DATA).setImageSubPath("models/latest"),
                volume("/outside", DATA).setImageSubPath("outside")));
        assertEquals("latest\nrun\nweights\n", output(id, "ls /models"));
        assertEquals("weights\nabove\n", output(id, "cat /weights /outside"));
        assertEquals("models", pod.status(id).getMountsList().getFirst().getImageSubPath());
    }

    @Test
    void aVolumeThatCannotBeIsRefusedWithItsReason() {
        pull(BUSYBOX, DATA);
        refused(Status.Code.INVALID_ARGUMENT, volume("/data", DATA).setImageSubPath("absent"), "has no absent");
        refused(Status.Code.INVALID_ARGUMENT, volume("/data", DATA).setImageSubPath("top/absent"), "top/absent");
        refused(Status.Code.INVALID_ARGUMENT, volume("/data", DATA).setImageSubPath("models/../.."), "below");
        refused(Status.Code.INVALID_ARGUMENT, volume("/data", DATA).setImageSubPath("/models"), "below");
        refused(Status.Code.INVALID_ARGUMENT, volume("/data", DATA).setReadonly(false), "readonly");
        refused(Status.Code.INVALID_ARGUMENT, volume("/data", DATA).setHostPath("/etc"), "host path");
        refused(Status.Code.INVALID_ARGUMENT, volume("/", DATA), "hide");
        refused(
                Status.Code.INVALID_ARGUMENT,
                Mount.newBuilder().setContainerPath("/data").setHostPath("/etc").setImageSubPath("models"),
                "without an image");
        refused(Status.Code.NOT_FOUND, volume("/data", "docker.io/volume/absent:latest"), "volume/absent");
    }

    private void refused(Status.Code code, Mount.Builder mount, String reason) {
        var refusal = assertThrows(StatusRuntimeException.class, () -> pod.create(sleeper("box", mount)));
        assertEquals(code, refusal.getStatus().getCode(), refusal::toString);
        assertTrue(refusal.toString().contains(reason), refusal::toString);
    }

    @Test
    void layersStayAsLongAsAContainerHasThem() throws IOException, InterruptedException, TimeoutException {
        pull(BUSYBOX);
        var without = layers();
        pull(DATA);
        assertEquals(without + 2, layers());
        var first = pod.start(sleeper("first", volume("/data", DATA)));
        var second = pod.create(sleeper("second", volume("/data", DATA)));
        remove(DATA);
        subject.runtime().kill();
        subject.runtime().start();
        Waiting.until("the connection is back", SOON, subject.client()::answers);
        refused(Status.Code.NOT_FOUND, volume("/data", DATA), DATA);
        pod.start(second);
        assertEquals("above\n", output(first, "cat /data/top"));
        pod.stop(first, 0);
        pod.remove(first);
        assertEquals("above\n", output(second, "cat /data/top"));
        assertEquals(without + 2, layers());
        pod.stop(second, 0);
        pod.remove(second);
        Waiting.until("the layers are gone", SOON, () -> layers() == without);
    }

    private void remove(String name) {
        subject.client()
                .images()
                .removeImage(
                        RemoveImageRequest.newBuilder().setImage(image(name)).build());
    }

    private int layers() throws IOException {
        try (var found = Files.list(subject.marks().folder().resolve("root/layers"))) {
            return (int) found.count();
        }
    }

    @Test
    void anImageMayHaveAsManyLayersAsTheKernelTakes() {
        pull("docker.io/deep/128:latest", "docker.io/deep/500:latest");
        var few = pod.start(Pod.container("few", "docker.io/deep/128:latest", List.of("sleep", "1000")).toBuilder()
                .addMounts(volume("/deep", "docker.io/deep/500:latest"))
                .addMounts(
                        volume("/layers-of-deep", "docker.io/deep/500:latest").setImageSubPath("layers"))
                .build());
        assertEquals("128\n500\n499\n", output(few, "cat /top /deep/top; ls /layers-of-deep | wc -l"));
        var most = pod.start(Pod.container("most", "docker.io/deep/500:latest", List.of("sleep", "1000")));
        assertEquals("500\n499\n", output(most, "cat /top; ls /layers | wc -l"));
    }

    @Test
    void anImageOfMoreLayersThanTheKernelTakesIsRefused() {
        pull("docker.io/deep/501:latest");
        var refusal = assertThrows(
                StatusRuntimeException.class,
                () -> pod.create(Pod.container("box", "docker.io/deep/501:latest", List.of())));
        assertTrue(
                refusal.toString().contains("501 layers") && refusal.toString().contains("takes " + MOST_LAYERS),
                refusal::toString);
    }
}
