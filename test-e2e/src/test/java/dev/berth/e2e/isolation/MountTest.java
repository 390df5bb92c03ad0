package dev.berth.e2e.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.Mount;
import dev.berth.cri.api.MountPropagation;
import dev.berth.cri.api.StatusRequest;
import dev.berth.e2e.Command;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the host's directories show in containers. */
@ExtendWith(SharedRegistry.class)
final class MountTest {
    private static final int HOST_ID = 2_000_000;

    private final OnePod node;

    /** A file system of its own. */
    private final Path volume;

    MountTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        volume = Files.createDirectory(folder.resolve("volume"));
    }

    @BeforeEach
    void mountVolume() throws IOException, InterruptedException {
        mountOnHost(volume);
        Files.writeString(volume.resolve("file"), "file\n");
    }

    @AfterEach
    void leaveNothing() throws IOException, InterruptedException, TimeoutException {
        Command.run("umount", "-R", volume.toString()).orFail();
        node.end();
    }

    private static void mountOnHost(Path place) throws IOException, InterruptedException {
        Files.createDirectories(place);
        Command.run("mount", "-t", "tmpfs", "-o", "mode=777", "berth-test", place.toString())
                .orFail();
        propagate(place, "private");
    }

    private static void propagate(Path place, String how) throws IOException, InterruptedException {
        Command.run("mount", "--make-" + how, place.toString()).orFail();
    }

    private Pod privileged(boolean users) {
        var config = Pod.config(node.subject().marks(), "privileged").toBuilder();
        config.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
        return Pod.run(node.subject().client(), users ? Pod.inUserNamespace(config.build(), HOST_ID) : config.build());
    }

    private Pod pod(boolean users) {
        var config = Pod.config(node.subject().marks(), "mapped");
        return users ? Pod.run(node.subject().client(), Pod.inUserNamespace(config, HOST_ID)) : node.pod();
    }

    private static Mount.Builder mount(Path source, String place) {
        return Mount.newBuilder().setHostPath(source.toString()).setContainerPath(place);
    }

    private static ContainerConfig box(Pod pod, Mount.Builder... mounts) {
        var box = OnePod.box("sleep", "1000");
        for (var mount : mounts) {
            box.addMounts(mount);
        }
        var privileged = pod.config().getLinux().getSecurityContext().getPrivileged();
        box.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(privileged);
        return pod.inside(box).build();
    }

    private static String text(Pod pod, String container, String script) {
        return pod.exec(container, "sh", "-c", script).getStdout().toStringUtf8();
    }

    private static void refused(String reason, Pod pod, Mount.Builder mount) {
        var refusal = assertThrows(StatusRuntimeException.class, () -> pod.create(box(pod, mount)));
        assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode(), refusal::toString);
        assertTrue(refusal.toString().contains(reason), refusal::toString);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readOnlyIsTheMountOrTheTree(boolean users) throws IOException, InterruptedException {
        mountOnHost(volume.resolve("sub"));
        var pod = pod(users);
        var id = pod.start(box(
                pod,
                mount(volume, "/flat").setReadonly(true),
                mount(volume, "/tree").setReadonly(true).setRecursiveReadOnly(true)));
        var write = "for at in /flat /flat/sub /tree /tree/sub; do touch $at/new && echo $at; done";
        assertEquals("/flat/sub\n", text(pod, id, write));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void optionsOfTheProtocolHoldAndAreTold(boolean users) {
        var pod = pod(users);
        var options = List.of("noexec", "nodev", "nosuid");
        var image = mount(Path.of(""), "/image")
                .setHostPath("")
                .setReadonly(true)
                .setImage(ImageSpec.newBuilder().setImage(OnePod.BUSYBOX))
                .addMountOptions("noexec");
        var id = pod.start(box(pod, mount(volume, "/data").addAllMountOptions(options), image));
        assertEquals(
                "rw,nosuid,nodev,noexec,relatime\n",
                text(pod, id, "grep ' /data ' /proc/self/mountinfo | cut -d ' ' -f 6"));
        var run =
                "cp /bin/busybox /data/true; for each in /data/true /image/bin/true /bin/true; do $each; echo $?; done";
        assertEquals("126\n126\n0\n", text(pod, id, run));
        assertEquals(options, pod.status(id).getMounts(0).getMountOptionsList());
    }

    @Test
    void otherOptionsAreRefusedAndTheFeatureIsTold() {
        for (var option : List.of("exec", "ro", "shared", "size=1k")) {
            refused("options " + option, node.pod(), mount(volume, "/data").addMountOptions(option));
        }
        var status = node.subject().client().pods().status(StatusRequest.getDefaultInstance());
        assertTrue(status.getFeatures().getMountOptions());
    }

    @Test
    void propagationNeedsASourceThatHasIt() throws IOException, InterruptedException {
        var slave = mount(volume, "/data").setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER);
        var shared = mount(volume, "/data").setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);
        refused("host path " + volume + " is not on a shared or slave mount", node.pod(), slave);
        refused("host path " + volume + " is not on a shared mount", node.pod(), shared);
        propagate(volume, "shared");
        propagate(volume, "slave");
        refused("host path " + volume + " is not on a shared or slave mount", node.pod(), slave);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mountsOfTheHostComeToThoseWhoAskForThem(boolean users) throws IOException, InterruptedException {
        propagate(volume, "shared");
        var pod = pod(users);
        var id = pod.start(box(
                pod,
                mount(volume, "/private"),
                mount(volume, "/slave").setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER)));
        mountOnHost(volume.resolve("later"));
        Files.createFile(volume.resolve("later/here"));
        assertEquals("/slave/later/here\n", text(pod, id, "ls -d /*/later/here"));
    }

    @Test
    void mountsOfAContainerGoToTheHostOnlyBothWays() throws IOException, InterruptedException {
        propagate(volume, "shared");
        Files.createDirectory(volume.resolve("made"));
        var pod = privileged(false);
        var both = mount(volume, "/both").setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);
        var slave = mount(volume, "/slave").setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER);
        var id = pod.start(box(pod, both, slave));
        var make = "mount -t tmpfs none %1$s && touch %1$s/here && ls %1$s";
        assertEquals("here\n", text(pod, id, make.formatted("/slave/made") + " && umount /slave/made"));
        assertFalse(Files.exists(volume.resolve("made/here")));
        assertEquals("here\n", text(pod, id, make.formatted("/both/made")));
        assertTrue(Files.exists(volume.resolve("made/here")));
        assertEquals("/slave/made/here\n", text(pod, id, "ls /slave/made/here"));
    }

    @Test
    void mountsOfAUserNamespaceStayInIt() throws IOException, InterruptedException {
        propagate(volume, "shared");
        var both = mount(volume, "/both").setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);
        refused("mounts of its user namespace would be the host's", privileged(true), both);
    }

    @Test
    void whatCannotBeMountedIsNamedWithItsPlaceOnTheHost() {
        failed("attach_mount(/bin): Is a directory", node.pod(), mount(volume.resolve("file"), "/bin"));
        failed("attach_mount(/bin/sh): Not a directory", node.pod(), mount(volume, "/bin/sh"));
        var kernel = mount(Path.of("/proc/sys/kernel"), "/data")
                .addUidMappings(Pod.ids(HOST_ID))
                .addGidMappings(Pod.ids(HOST_ID));
        failed("map_ids(file system): Invalid argument", pod(true), kernel);
    }

    private static void failed(String reason, Pod pod, Mount.Builder mount) {
        var id = pod.create(box(pod, mount));
        var failure = assertThrows(StatusRuntimeException.class, () -> pod.start(id));
        assertTrue(failure.toString().contains(reason), failure::toString);
        assertTrue(failure.toString().contains("; the host path is " + mount.getHostPath()), failure::toString);
        pod.remove(id);
    }

    @Test
    void parentsAreMountedBeforeWhatIsBelowThem() throws IOException {
        for (var name : List.of("outer/middle/inner", "middle/inner", "inner")) {
            Files.createDirectories(volume.resolve(name));
        }
        Files.writeString(volume.resolve("inner/deep"), "deep\n");
        Files.writeString(volume.resolve("middle/half"), "half\n");
        var pod = node.pod();
        var id = pod.start(box(
                pod,
                mount(volume.resolve("inner"), "/data/middle/inner"),
                mount(volume.resolve("middle"), "/data//middle/"),
                mount(volume.resolve("outer"), "/data")));
        assertEquals("deep\nhalf\n", text(pod, id, "cat /data/middle/inner/deep /data/middle/half"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/termination-log", "/etc", "/dev/shm"})
    void whatIsAskedForLiesOverWhatEveryContainerHas(String place) {
        var directory = List.of("/etc", "/dev/shm").contains(place);
        var source = directory ? volume : volume.resolve("file");
        for (boolean users : new boolean[] {false, true}) {
            var pod = pod(users);
            var id = pod.start(box(pod, mount(source, place)));
            assertEquals("file\n", text(pod, id, "cat " + place + (directory ? "/file" : "")));
        }
    }
}
