package dev.berth.e2e.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.Mount;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directories that an image wants for itself: VOLUME of a Dockerfile. */
@ExtendWith(SharedRegistry.class)
final class DeclaredVolumeTest {
    private static final String IMAGE = "docker.io/declared/volumes:latest";
    private static final int HOST_IDS = 3_000_000;

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;
    private final Path folder;

    DeclaredVolumeTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("conf.d"));
        node = OnePod.run(folder, registry);
        pod = node.pod();
        node.pull(IMAGE);
    }

    @BeforeAll
    static void fill(Registry registry) throws IOException, InterruptedException {
        registry.fill("declared");
    }

    private static ContainerConfig.Builder container(String name) {
        return Pod.container(name, IMAGE, List.of("sleep", "1000")).toBuilder();
    }

    private static String output(Pod pod, String id, String script) {
        return pod.exec(id, "sh", "-c", script + " 2>&1").getStdout().toStringUtf8();
    }

    private static void readOnly(ContainerConfig.Builder container) {
        container.getLinuxBuilder().getSecurityContextBuilder().setReadonlyRootfs(true);
    }

    private Path volumes(String id) {
        return folder.resolve("root/containers").resolve(id).resolve("volumes");
    }

    private void requireVolumes(Pod pod) {
        var config = container("first");
        readOnly(config);
        var id = pod.start(pod.inside(config).build());
        assertEquals("750 0 0\n", output(pod, id, "stat -c '%a %u %g' /data"));
        assertEquals("seeded\nseed\n", output(pod, id, "cat /data/seed; readlink /data/link"));
        assertEquals("linked\n", output(pod, id, "cat /real/inside"));
        assertEquals("755 0 0\n", output(pod, id, "stat -c '%a %u %g' /vol"));
        var written = "for d in /data /data/sub /vol /linked /deep/er; do echo $d > $d/mine && cat $d/mine; done";
        assertEquals("/data\n/data/sub\n/vol\n/linked\n/deep/er\n", output(pod, id, written));
        assertTrue(output(pod, id, "touch /mine").contains("Read-only"));
        var second = pod.start(pod.inside(container("second")).build());
        assertEquals("link\nseed\nsub\n", output(pod, second, "ls /data"));
        pod.stop(id, 0);
        pod.remove(id);
        assertFalse(Files.exists(volumes(id)));
        assertTrue(Files.exists(volumes(second)));
    }

    @Test
    void eachIsTheContainersOwnWithWhatTheImageHas() {
        requireVolumes(pod);
    }

    @Test
    void theyBelongToThePodsUsers() {
        var config = Pod.config(node.subject().marks(), "users");
        requireVolumes(Pod.run(node.subject().client(), Pod.inUserNamespace(config, HOST_IDS)));
    }

    @Test
    void whatTheRequestMountsThereHidesThem() throws IOException {
        var own = Files.createDirectory(folder.resolve("own"));
        Files.writeString(own.resolve("theirs"), "");
        var mount = Mount.newBuilder().setHostPath(own.toString()).setContainerPath("/data/");
        var id = pod.start(container("box").addMounts(mount).build());
        assertEquals("sub\ntheirs\n", output(pod, id, "ls /data"));
        assertEquals("linked\n", output(pod, id, "cat /linked/inside"));
    }

    @Test
    void theyCanBeTurnedOff() throws IOException, InterruptedException, TimeoutException {
        Files.writeString(folder.resolve("conf.d/volumes.toml"), "[container]\nimage_volumes = false\n");
        node.subject().runtime().kill();
        node.restart();
        var config = container("box");
        readOnly(config);
        var id = pod.start(config.build());
        assertTrue(output(pod, id, "touch /data/mine").contains("Read-only"));
        assertFalse(Files.exists(volumes(id)));
    }

    /** CVE-2019-16884: what an image had at /proc was taken for the kernel's by whoever set the container's labels there. */
    @ParameterizedTest
    @CsvSource({"proc, /proc", "kernel, /proc", "labels, /proc/self/attr", "root, volume /"})
    void cve201916884AnImageDoesNotReplaceTheKernelsFiles(String name, String named) {
        refused(name, named);
    }

    /** As images have it that run systemd. */
    @Test
    void aVolumeForCgroupsTakesTheirPlaceOrIsHidden() {
        var image = "docker.io/declared/sys:latest";
        node.pull(image);
        var id = pod.start(Pod.container("sys", image, List.of("sleep", "1000")));
        assertEquals("mine\n", output(pod, id, "touch /sys/fs/cgroup/mine; ls /sys/fs/cgroup"));
        var mount = Mount.newBuilder().setHostPath(folder.toString()).setContainerPath("/sys/fs/cgroup");
        var hidden = pod.start(Pod.container("hidden", image, List.of("sleep", "1000")).toBuilder()
                .addMounts(mount)
                .build());
        assertTrue(output(pod, hidden, "ls /sys/fs/cgroup").contains("config.toml"));
    }

    @Test
    void aFileIsNoVolume() {
        refused("file", "/file");
    }

    private void refused(String name, String named) {
        var image = "docker.io/declared/" + name + ":latest";
        node.pull(image);
        var refused =
                assertThrows(StatusRuntimeException.class, () -> pod.create(Pod.container(name, image, List.of())));
        assertEquals(Code.INVALID_ARGUMENT, refused.getStatus().getCode(), refused::toString);
        assertTrue(refused.toString().contains(named), refused::toString);
    }
}
