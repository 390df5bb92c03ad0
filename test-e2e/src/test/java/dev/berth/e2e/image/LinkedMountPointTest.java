package dev.berth.e2e.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.Mount;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import io.grpc.Status;
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

/** Mounts at places that an image, or a volume, has as links to nothing. They land where the links lead inside of the root. */
@ExtendWith(SharedRegistry.class)
final class LinkedMountPointTest {
    private static final int HOST_ID = 2_000_000;

    @AutoClose("end")
    private final OnePod node;

    private final Path file;
    private final Path directory;

    LinkedMountPointTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        directory = Files.createDirectory(folder.resolve("directory"));
        file = Files.writeString(directory.resolve("file"), "mounted\n");
    }

    @BeforeAll
    static void fill(Registry registry) throws IOException, InterruptedException {
        registry.fill("links");
    }

    @ParameterizedTest
    @CsvSource({
        "zone, file, /etc/localtime, /usr/share/zoneinfo-berth/Asia/Shanghai",
        "zone, directory, /etc/localtime, /usr/share/zoneinfo-berth/Asia/Shanghai",
        "run, directory, /var/run/secrets/kubernetes.io/serviceaccount, /run/secrets/kubernetes.io/serviceaccount",
        "run, file, /var/run/docker.sock, /run/docker.sock",
        "run, directory, /var/run, /run",
        "files, file, /etc/resolv.conf, /run/systemd/stub-resolv.conf",
        "files, file, /etc/hosts, /nowhere-berth/hosts",
        "files, file, /etc/hostname, /up-berth/hostname",
        "chain, directory, /data, /five-berth/two",
        "chain, file, /data/below/name, /five-berth/two/below/name",
    })
    void theMountLandsWhereTheLinkLeads(String image, String kind, String place, String lands) {
        node.pull(image(image));
        var source = kind.equals("file") ? file : directory;
        for (boolean users : new boolean[] {false, true}) {
            var pod = users ? mapped() : node.pod();
            for (boolean readOnly : new boolean[] {false, true}) {
                var id = pod.start(box(pod, image, readOnly, mount(pod, source, place)));
                var content = kind.equals("file") ? place : place + "/file";
                assertEquals("mounted\n", text(pod, id, "cat " + content));
                assertEquals("1\n", text(pod, id, "grep -c ' %s ' /proc/self/mountinfo".formatted(lands)));
                pod.remove(id);
            }
        }
        assertNothingOfIt();
    }

    @Test
    void thePodsFilesLandWhereLinksLead() {
        node.pull(image("files"));
        for (var pod : List.of(node.pod(), mapped())) {
            var id = pod.start(box(pod, "files", true));
            assertEquals(pod.config().getHostname() + "\n", text(pod, id, "cat /etc/hostname"));
            assertEquals("1\n", text(pod, id, "grep -c '^127.0.0.1' /nowhere-berth/hosts"));
            assertEquals("", text(pod, id, "cat /run/systemd/stub-resolv.conf > /dev/null"));
        }
        assertNothingOfIt();
    }

    @ParameterizedTest
    @CsvSource({
        "/made-berth/by/volume, /made-berth/by/volume",
        "../../../../../up-berth, /up-berth",
        "../etc/./deep-berth/../other-berth, /etc/other-berth",
        "within, /volume/within",
    })
    void aLinkInAVolumeLeadsToAPlaceInTheContainer(String target, String lands) throws IOException {
        node.pull(image("zone"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of(target));
        for (var pod : List.of(node.pod(), mapped())) {
            var id = pod.start(box(
                    pod,
                    "zone",
                    true,
                    mount(pod, directory, "/volume"),
                    mount(pod, file, "/volume/link/file"),
                    mount(pod, directory, "/volume/link/new/directory")));
            assertEquals("mounted\nmounted\n", text(pod, id, "cd %s; cat file new/directory/file".formatted(lands)));
            pod.remove(id);
        }
        assertNothingOfIt();
    }

    @ParameterizedTest
    @CsvSource({"proc, /proc", "sys, /sys", "file, /proc"})
    void theKernelsFileSystemsAreMountedOnDirectoriesOnly(String image, String place) {
        node.pull(image(image));
        var box = box(node.pod(), image, false);
        var refusal =
                assertThrows(StatusRuntimeException.class, () -> node.pod().create(box));
        assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode());
        assertTrue(refusal.toString().contains("the image's " + place + " is a link or a file"), refusal::toString);
    }

    private static String image(String name) {
        return "docker.io/links/" + name + ":latest";
    }

    /** What the links name would be at these places of the host. */
    private static void assertNothingOfIt() {
        for (var name :
                List.of("/usr/share/zoneinfo-berth", "/nowhere-berth", "/up-berth", "/five-berth", "/made-berth")) {
            assertTrue(Files.notExists(Path.of(name)), name);
        }
    }

    private Pod mapped() {
        var config = Pod.config(node.subject().marks(), "mapped");
        return Pod.run(node.subject().client(), Pod.inUserNamespace(config, HOST_ID));
    }

    private static ContainerConfig box(Pod pod, String image, boolean readOnly, Mount... mounts) {
        var box = Pod.container("box", image(image), List.of("sleep", "1000")).toBuilder();
        box.addAllMounts(List.of(mounts));
        box.getLinuxBuilder().getSecurityContextBuilder().setReadonlyRootfs(readOnly);
        return pod.inside(box).build();
    }

    private static Mount mount(Pod pod, Path source, String place) {
        var mount = Mount.newBuilder().setHostPath(source.toString()).setContainerPath(place);
        var options = pod.config().getLinux().getSecurityContext().getNamespaceOptions();
        return options.hasUsernsOptions()
                ? mount.addUidMappings(Pod.ids(HOST_ID))
                        .addGidMappings(Pod.ids(HOST_ID))
                        .build()
                : mount.build();
    }

    private static String text(Pod pod, String container, String script) {
        var ended = pod.exec(container, "sh", "-c", script);
        assertEquals("", ended.getStderr().toStringUtf8());
        return ended.getStdout().toStringUtf8();
    }
}
