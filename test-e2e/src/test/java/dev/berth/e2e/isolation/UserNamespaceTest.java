package dev.berth.e2e.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.IDMapping;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.Int64Value;
import dev.berth.cri.api.Mount;
import dev.berth.cri.api.NamespaceMode;
import dev.berth.cri.api.NamespaceOption;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.StatusRequest;
import dev.berth.cri.api.UserNamespace;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pods whose root is nobody on the host. */
@ExtendWith(SharedRegistry.class)
final class UserNamespaceTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";
    private static final String DATA = "docker.io/volume/data:latest";
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int FIRST = 2_000_000;
    private static final int SECOND = 3_000_000;
    private static final int IDS = 65_536;

    private final Path folder;
    private final Subject subject;

    @BeforeAll
    static void fill(Registry registry) throws IOException, InterruptedException {
        registry.fill("volumes");
    }

    UserNamespaceTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        subject = Subject.start(folder, registry);
        pull(BUSYBOX);
        pull(DATA);
    }

    @AfterEach
    void nothingIsLeft() throws IOException, InterruptedException, TimeoutException {
        try {
            subject.removePods();
        } finally {
            subject.awaitNothingLeft();
        }
    }

    private void pull(String name) {
        var image = ImageSpec.newBuilder().setImage(name);
        subject.client()
                .images()
                .pullImage(PullImageRequest.newBuilder().setImage(image).build());
    }

    private static IDMapping ids(int host) {
        return IDMapping.newBuilder().setHostId(host).setLength(IDS).build();
    }

    private static NamespaceOption mapped(int host) {
        return NamespaceOption.newBuilder()
                .setPid(NamespaceMode.CONTAINER)
                .setUsernsOptions(UserNamespace.newBuilder()
                        .setMode(NamespaceMode.POD)
                        .addUids(ids(host))
                        .addGids(ids(host)))
                .build();
    }

    private PodSandboxConfig config(String name, NamespaceOption options) {
        var config = Pod.config(subject.marks(), name).toBuilder();
        config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options);
        return config.build();
    }

    private Pod pod(String name, int host) {
        return Pod.run(subject.client(), config(name, mapped(host)));
    }

    private static ContainerConfig sleeper(String name, Pod pod, Consumer<ContainerConfig.Builder> change) {
        var config = Pod.container(name, BUSYBOX, List.of("sleep", "1000")).toBuilder();
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setNamespaceOptions(
                        pod.config().getLinux().getSecurityContext().getNamespaceOptions());
        change.accept(config);
        return config.build();
    }

    private static String output(Pod pod, String container, String script) {
        var ended = pod.exec(container, "sh", "-c", script);
        assertEquals("", ended.getStderr().toString(StandardCharsets.UTF_8));
        return ended.getStdout().toString(StandardCharsets.UTF_8);
    }

    private static Mount.Builder volume(Path path, String destination, int host) {
        return Mount.newBuilder()
                .setHostPath(path.toString())
                .setContainerPath(destination)
                .addUidMappings(ids(host))
                .addGidMappings(ids(host));
    }

    @Test
    void rootOfAPodIsSomebodyElseOnTheHost() throws IOException {
        var pod = pod("pod", FIRST);
        var id = pod.start(sleeper("box", pod, _ -> {}));
        assertEquals(
                "0 " + FIRST + " " + IDS,
                output(pod, id, "echo $(cat /proc/self/uid_map)").strip());
        assertEquals("0:0\n", output(pod, id, "echo $(id -u):$(id -g)"));
        output(pod, id, "touch /made; echo x >/dev/null; echo x >/dev/stdout; echo mine >/dev/shm/file");
        var made = subject.marks().folder().resolve("root/containers/" + id + "/upper/made");
        assertEquals(FIRST, Files.getAttribute(made, "unix:uid"));
        assertEquals(FIRST, Files.getAttribute(made, "unix:gid"));
        assertEquals("root root\n", output(pod, id, "stat -c '%U %G' /bin/busybox"));
        var shown = pod.status().getLinux().getNamespaces().getOptions().getUsernsOptions();
        assertEquals(mapped(FIRST).getUsernsOptions(), shown);
    }

    @Test
    void itsCapabilitiesAreWorthNothingOnTheHostAndSomethingInThePod() {
        var pod = pod("pod", FIRST);
        var id = pod.start(sleeper(
                "box",
                pod,
                config -> config.getLinuxBuilder()
                        .getSecurityContextBuilder()
                        .getCapabilitiesBuilder()
                        .addAddCapabilities("ALL")));
        assertEquals("renamed\n", output(pod, id, "hostname renamed; hostname"));
        output(pod, id, "ip link set lo down; ip link set lo up; mkdir /m; mount -t tmpfs none /m; chown 5:6 /m");
        var setting = "/proc/sys/kernel/panic";
        for (var command : List.of(
                "mknod /null2 c 1 3",
                "cat %1$s > %1$s".formatted(setting),
                "mount -o remount,rw /proc/sys && cat %1$s > %1$s".formatted(setting))) {
            assertNotEquals(0, pod.exec(id, "sh", "-c", command).getExitCode(), command);
        }
    }

    @Test
    void aPrivilegedContainerHasThePrivilegesOfItsPodOnly() {
        var config = config("pod", mapped(FIRST)).toBuilder();
        config.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
        var pod = Pod.run(subject.client(), config.build());
        var id = pod.start(sleeper(
                "box",
                pod,
                box -> box.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true)));
        output(pod, id, "mkdir /m; mount -t tmpfs none /m; echo x > /dev/null; ls /dev/tty > /dev/null");
        for (var command : List.of("mknod /null2 c 1 3", "cat /proc/sys/kernel/panic > /proc/sys/kernel/panic")) {
            assertNotEquals(0, pod.exec(id, "sh", "-c", command).getExitCode(), command);
        }
    }

    @Test
    void aDeviceNodeThatAVolumeBringsOpensNothingToAPrivilegedContainer() throws IOException, InterruptedException {
        var data = Files.createDirectories(folder.resolve("nodes"));
        node(data.resolve("disk"), "b", 8, 0);
        node(data.resolve("null"), "c", 1, 3);
        var config = config("pod", mapped(FIRST)).toBuilder();
        config.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
        var pod = Pod.run(subject.client(), config.build());
        var id = pod.start(sleeper("box", pod, box -> {
            box.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
            box.addMounts(volume(data, "/nodes", FIRST));
        }));
        assertEquals("", output(pod, id, "cat /nodes/null"));
        var refused = pod.exec(id, "cat", "/nodes/disk");
        assertTrue(refused.getStderr().toStringUtf8().contains("Operation not permitted"), refused::toString);
    }

    private static void node(Path path, String type, int major, int minor) throws IOException, InterruptedException {
        var command = "mknod %s %s %d %d".formatted(path, type, major, minor);
        assertEquals(0, new ProcessBuilder("sh", "-c", command).start().waitFor());
    }

    @Test
    void anImageVolumeOfOneLayerStaysReadOnlyWhateverThePodMayMount() {
        var single = "docker.io/volume/single:latest";
        pull(single);
        var pod = pod("pod", FIRST);
        var id = pod.start(sleeper("box", pod, config -> {
            config.getLinuxBuilder()
                    .getSecurityContextBuilder()
                    .getCapabilitiesBuilder()
                    .addAddCapabilities("SYS_ADMIN");
            config.addMounts(volume(Path.of(""), "/single", FIRST)
                    .setHostPath("")
                    .setReadonly(true)
                    .setImage(ImageSpec.newBuilder().setImage(single)));
        }));
        pod.exec(id, "mount", "-o", "remount,bind,rw", "/single");
        assertNotEquals(
                0, pod.exec(id, "sh", "-c", "echo changed > /single/only").getExitCode());
        assertEquals("one layer\n0\n", output(pod, id, "cat /single/only; stat -c %u /single/only"));
    }

    @Test
    void volumesAreSeenWithThePodsIdsIfTheyAreMapped() throws IOException {
        var data = Files.createDirectories(folder.resolve("data"));
        var secret = Files.writeString(data.resolve("secret"), "secret\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        var pod = pod("pod", FIRST);
        var id = pod.start(sleeper(
                "box",
                pod,
                config -> config.addMounts(volume(data, "/mapped", FIRST))
                        .addMounts(
                                volume(data, "/plain", FIRST).clearUidMappings().clearGidMappings())
                        .addMounts(volume(Path.of(""), "/image", FIRST)
                                .setHostPath("")
                                .setReadonly(true)
                                .setImage(ImageSpec.newBuilder().setImage(DATA)))));
        assertEquals("secret\nabove\n", output(pod, id, "cat /mapped/secret /image/top; echo new > /mapped/made"));
        assertEquals("0 0\n", output(pod, id, "stat -c '%u %g' /image/top"));
        assertEquals(0, Files.getAttribute(data.resolve("made"), "unix:uid"));
        assertNotEquals(0, pod.exec(id, "cat", "/plain/secret").getExitCode());
        assertNotEquals(0, pod.exec(id, "touch", "/plain/more").getExitCode());
        assertEquals("1\n", output(pod, id, "echo 10.0.0.1 name >> /etc/hosts; grep -c 10.0.0.1 /etc/hosts"));
    }

    @Test
    void asManyLayersAsTheKernelTakesAreMapped() {
        var deep = "docker.io/deep/500:latest";
        pull(deep);
        var pod = pod("pod", FIRST);
        var id = pod.start(sleeper(
                "box",
                pod,
                config -> config.setImage(ImageSpec.newBuilder().setImage(deep))
                        .addMounts(volume(Path.of(""), "/deep", FIRST)
                                .setHostPath("")
                                .setReadonly(true)
                                .setImage(ImageSpec.newBuilder().setImage(deep)))));
        assertEquals("500\n0\n", output(pod, id, "cat /deep/top; stat -c %u /top"));
    }

    @Test
    void twoPodsShareLayersAndSurviveTheDaemon() throws IOException, InterruptedException, TimeoutException {
        var layers = layers();
        var first = pod("first", FIRST);
        var second = pod("second", SECOND);
        var one = first.start(sleeper("box", first, _ -> {}));
        var two = second.start(sleeper(
                "box",
                second,
                config -> config.getLinuxBuilder()
                        .getSecurityContextBuilder()
                        .setRunAsUser(Int64Value.newBuilder().setValue(1000))
                        .addSupplementalGroups(2000)));
        var addresses = List.of(
                first.status().getNetwork().getIp(),
                second.status().getNetwork().getIp());
        subject.runtime().kill();
        subject.runtime().start();
        Waiting.until("the connection is back", SOON, subject.client()::answers);
        assertEquals(layers, layers());
        assertEquals(
                addresses,
                List.of(
                        first.status().getNetwork().getIp(),
                        second.status().getNetwork().getIp()));
        assertEquals(
                "0 " + FIRST + " " + IDS,
                output(first, one, "echo $(cat /proc/1/uid_map)").strip());
        assertEquals("1000 2000\n", output(second, two, "echo $(id -u) $(id -G | tr ' ' '\\n' | grep 2000)"));
        assertEquals("ok\n", output(second, two, "echo ok > /dev/stdout"));
        assertEquals("", output(first, one, "ping -c 1 -W 5 " + addresses.get(1) + " >/dev/null && true"));
        var third = first.start(sleeper("third", first, _ -> {}));
        assertEquals("0\n", output(first, third, "id -u"));
        first.stop(one, 0);
        assertEquals(137, first.status(one).getExitCode());
    }

    private long layers() throws IOException {
        try (var found = Files.list(subject.marks().folder().resolve("root/layers"))) {
            return found.count();
        }
    }

    @Test
    void aSharedPidNamespaceAndATerminalWork() {
        var options = mapped(FIRST).toBuilder().setPid(NamespaceMode.POD).build();
        var pod = Pod.run(subject.client(), config("pod", options));
        var id = pod.start(sleeper("box", pod, config -> config.setTty(true)));
        assertEquals("2\n", output(pod, id, "ps | grep -c '[s]leep\\|[b]erth-shim'"));
        assertNotEquals(0, pod.exec(id, "ls", "/proc/1/fd").getExitCode());
        assertTrue(output(pod, id, "ls -l /proc/$(pgrep sleep)/fd/1").contains("/dev/pts/0"));
    }

    @Test
    void mappingsThatCannotBeAreRefused() {
        refused("2 mappings", users -> users.addUids(ids(SECOND)));
        refused("0 mappings", UserNamespace.Builder::clearGids);
        refused("begin at 0", users -> users.setUids(0, ids(FIRST).toBuilder().setContainerId(1)));
        refused("from 0 on", users -> users.setUids(0, ids(0)));
        refused("4294967294", users -> users.setGids(0, ids(-2)));
        refused("0 ids", users -> users.setGids(0, ids(FIRST).toBuilder().setLength(0)));
        refused("CONTAINER", users -> users.setMode(NamespaceMode.CONTAINER));
        refused("TARGET", users -> users.setMode(NamespaceMode.TARGET));
        var host = mapped(FIRST).toBuilder().setNetwork(NamespaceMode.NODE).build();
        refused("node's network", () -> Pod.run(subject.client(), config("pod", host)));
        var pod = pod("pod", FIRST);
        refused(
                "not the pod's",
                () -> pod.create(sleeper(
                        "box",
                        pod,
                        config -> config.getLinuxBuilder()
                                .getSecurityContextBuilder()
                                .setNamespaceOptions(mapped(SECOND)))));
        refused(
                "other than",
                () -> pod.create(sleeper("box", pod, config -> config.addMounts(volume(folder, "/data", SECOND)))));
        refused(
                "user namespace",
                () -> pod.create(sleeper(
                        "box",
                        pod,
                        config -> config.getLinuxBuilder()
                                .getSecurityContextBuilder()
                                .setRunAsUser(Int64Value.newBuilder().setValue(IDS)))));
    }

    private void refused(String reason, Consumer<UserNamespace.Builder> change) {
        var options = mapped(FIRST).toBuilder();
        change.accept(options.getUsernsOptionsBuilder());
        refused(reason, () -> Pod.run(subject.client(), config("pod", options.build())));
    }

    private static void refused(String reason, Runnable call) {
        var refusal = assertThrows(StatusRuntimeException.class, call::run);
        assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode(), refusal::toString);
        assertTrue(refusal.toString().contains(reason), refusal::toString);
    }

    @Test
    void theFeatureIsAdvertised() {
        var handlers = subject.client()
                .pods()
                .status(StatusRequest.getDefaultInstance())
                .getRuntimeHandlersList();
        assertTrue(handlers.getFirst().getFeatures().getUserNamespaces());
    }
}
