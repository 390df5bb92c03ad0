package dev.berth.e2e.isolation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ExecSyncRequest;
import dev.berth.cri.api.Int64Value;
import dev.berth.cri.api.KeyValue;
import dev.berth.cri.api.Mount;
import dev.berth.e2e.Checkout;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has broken out of other runtimes' containers, or into their hosts, by the names under which it became known. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedRegistry.class)
final class BreakInTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Path CORE_PATTERN = Path.of("/proc/sys/kernel/core_pattern");

    /** Where the images of these tests lead. */
    private static final Path OUTSIDE = Path.of("/tmp/berth-break-in");

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;
    private final Path folder;
    private final String corePattern;
    private final AtomicInteger names = new AtomicInteger();

    BreakInTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        registry.fill("break-in");
        Files.createDirectories(OUTSIDE);
        corePattern = Files.readString(CORE_PATTERN);
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    @AfterAll
    static void nothingCameOut() throws IOException {
        Files.delete(OUTSIDE);
    }

    private ContainerConfig.Builder container(String image, String... command) {
        var name = "docker.io/break-in/" + image + ":latest";
        node.pull(name);
        return Pod.container("c" + names.incrementAndGet(), name, List.of(command)).toBuilder();
    }

    private ContainerConfig.Builder box(String... command) {
        return OnePod.box(command).setMetadata(container("null").getMetadata());
    }

    private static void refused(Runnable call) {
        var refused = assertThrows(StatusRuntimeException.class, call::run);
        assertEquals(Code.INVALID_ARGUMENT, refused.getStatus().getCode(), refused::toString);
    }

    private String inside(String id, String script) {
        return node.output(id, script + " 2>&1");
    }

    private void hostIsUntouched() throws IOException {
        assertEquals(corePattern, Files.readString(CORE_PATTERN));
        try (var entries = Files.list(OUTSIDE)) {
            assertEquals(List.of(), entries.toList());
        }
    }

    /** A program that asks to be run by whoever runs it gets the shim's own program: sealed, and nobody's file. */
    @Test
    void cve20195736TheShimsProgramIsNotWithinReach() throws IOException, InterruptedException, TimeoutException {
        var shim = Checkout.current()
                .berthd()
                .resolveSibling("../libexec/berth-shim")
                .normalize();
        var before = Files.readAllBytes(shim);
        var id = pod.create(container("loader").build());
        try {
            pod.start(id);
            Waiting.until("it ends", SOON, () -> pod.status(id).getState() == ContainerState.CONTAINER_EXITED);
        } catch (StatusRuntimeException refused) {
            assertEquals(Code.INVALID_ARGUMENT, refused.getStatus().getCode(), refused::toString);
        }
        var writer = pod.start(box("sleep", "1000").build());
        var tried = "for p in /proc/[0-9]*/exe; do (echo x > $p) 2>/dev/null && echo wrote $p; done; echo tried";
        assertEquals("tried\n", inside(writer, tried));
        assertArrayEquals(before, Files.readAllBytes(shim));
    }

    @Test
    void cve202015257NoSocketWithoutAPath() throws IOException {
        var config = Pod.onHostNetwork(Pod.config(node.subject().marks(), "hosted"));
        var hosted = Pod.run(node.subject().client(), config);
        var id = hosted.start(Pod.onHostNetwork(box("sleep", "1000").build()));
        var seen = hosted.exec(id, "sh", "-c", "grep ' @' /proc/net/unix; true")
                .getStdout()
                .toStringUtf8();
        var ours = ourSockets();
        for (var line : seen.lines().toList()) {
            assertFalse(ours.contains(line.strip().split(" +", 8)[6]), line);
        }
        hosted.stop();
        hosted.remove();
    }

    /** The inodes of the sockets that the daemon and its shims hold. */
    private List<String> ourSockets() throws IOException {
        var found = new ArrayList<String>();
        for (var process : ProcessHandle.allProcesses().toList()) {
            var name = process.info().commandLine().orElse("");
            if (process.pid() == node.subject().runtime().pid() || name.startsWith("berth-shim")) {
                found.addAll(sockets(Path.of("/proc", Long.toString(process.pid()), "fd")));
            }
        }
        assertFalse(found.isEmpty());
        return found;
    }

    private static List<String> sockets(Path descriptors) throws IOException {
        var found = new ArrayList<String>();
        try (var entries = Files.list(descriptors)) {
            for (var entry : entries.toList()) {
                var target = Files.isSymbolicLink(entry)
                        ? Files.readSymbolicLink(entry).toString()
                        : "";
                if (target.startsWith("socket:[")) {
                    found.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        }
        return found;
    }

    /** One container swaps a folder of a shared volume for a link while another one gets a mount below it. */
    @Test
    void cve202130465AMountPointThatIsSwappedStaysInside() throws IOException {
        var shared = Files.createDirectory(folder.resolve("shared"));
        var victim = Files.createDirectory(folder.resolve("victim"));
        var volume = Mount.newBuilder().setHostPath(shared.toString()).setContainerPath("/shared");
        var swap = "cd /shared; while :; do mkdir d; rm -rf d; ln -s %s d; rm -rf d; done".formatted(OUTSIDE);
        pod.start(box("sh", "-c", swap).addMounts(volume).build());
        for (int round = 0; round < 30; round++) {
            var id = pod.create(box("sleep", "1000")
                    .addMounts(volume)
                    .addMounts(Mount.newBuilder().setHostPath(victim.toString()).setContainerPath("/shared/d/below"))
                    .build());
            try {
                pod.start(id);
            } catch (StatusRuntimeException lost) {
                assertEquals("StartError", pod.status(id).getReason(), lost::toString);
            }
            pod.stop(id, 0);
            pod.remove(id);
            hostIsUntouched();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 10, 15, 20})
    void cve202421626NoDescriptorIsAWorkingDirectory(int descriptor) {
        var id = pod.create(box("sleep", "1000")
                .setWorkingDir("/proc/self/fd/" + descriptor)
                .build());
        assertThrows(StatusRuntimeException.class, () -> pod.start(id));
    }

    @Test
    void cve202421626NothingButTheStreamsIsOpen() {
        var id = pod.start(box("sleep", "1000").build());
        assertEquals("0\n1\n2\n", inside(id, "ls /proc/1/fd"));
    }

    /** Paths are hidden by what the runtime takes for /dev/null, and the console is what it takes for a terminal. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cve202531133AndCve202552565AnImagesNodesAreNotTakenForTheKernels(boolean terminal) throws IOException {
        var config = container("null").setTty(terminal).setStdin(terminal);
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .addMaskedPaths("/proc/kcore")
                .addMaskedPaths("/etc/passwd");
        var id = pod.start(config.build());
        assertEquals("1:3\n", inside(id, "stat -c %t:%T /etc/passwd"));
        assertEquals("", inside(id, "cat /etc/passwd"));
        hostIsUntouched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys"})
    void cve201919921AndCve202552881AKernelsFileSystemIsNotMountedThroughALink(String image) throws IOException {
        refused(() -> pod.start(container(image).build()));
        hostIsUntouched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "etc", "run"})
    void cve202641579AFolderThatIsALinkStaysInside(String image) throws IOException {
        var mount = Mount.newBuilder().setHostPath(folder.toString()).setContainerPath("/run/below");
        var id = pod.create(container(image).addMounts(mount).build());
        try {
            pod.start(id);
            assertEquals("ok\n", inside(id, "echo ok"));
        } catch (StatusRuntimeException refused) {
            assertEquals("StartError", pod.status(id).getReason(), refused::toString);
        }
        hostIsUntouched();
    }

    @Test
    void cve202229162NothingIsInherited() {
        var id = pod.start(box("sleep", "1000").build());
        assertEquals("CapInh:\t0000000000000000\n", inside(id, "grep CapInh /proc/1/status"));
        assertEquals("CapInh:\t0000000000000000\n", inside(id, "grep CapInh /proc/self/status"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1+kernel.core_pattern=|/bin/x", "1\nkernel.core_pattern=|/bin/x"})
    void cve20220811ASettingIsOneSetting(String value) throws IOException {
        var config = Pod.config(node.subject().marks(), "set").toBuilder();
        config.getLinuxBuilder().putSysctls("kernel.shm_rmid_forced", value);
        refused(() -> Pod.run(node.subject().client(), config.build()));
        hostIsUntouched();
    }

    @Test
    void cve202223648AVolumeIsFilledFromTheImageAlone() throws IOException {
        Files.writeString(OUTSIDE.resolve("secret"), "");
        try {
            var id = pod.start(container("volume").build());
            assertEquals("inside\n", inside(id, "ls /out"));
            assertEquals("", inside(id, "ls /etc/own"));
        } finally {
            Files.delete(OUTSIDE.resolve("secret"));
        }
    }

    @Test
    void cve202231030OutputIsBounded() throws IOException, InterruptedException {
        var id = pod.start(box("sleep", "1000").build());
        var request = ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(List.of("head", "-c", "200000000", "/dev/zero"))
                .build();
        var calls = Stream.generate(() -> Thread.ofVirtual()
                        .start(() -> node.subject().client().pods().execSync(request)))
                .limit(8)
                .toList();
        for (var call : calls) {
            call.join();
        }
        var status = Files.readString(
                Path.of("/proc", Long.toString(node.subject().runtime().pid()), "status"));
        var peak = Long.parseLong(status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow()
                .replaceAll("\\D", ""));
        assertTrue(peak < 400_000, () -> peak + " KiB");
    }

    @Test
    void cve202325173AProcessIsInItsGroupsAndNoOthers() {
        var config = box("sleep", "1000");
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setRunAsUser(Int64Value.newBuilder().setValue(1000))
                .setRunAsGroup(Int64Value.newBuilder().setValue(1001))
                .addSupplementalGroups(2000);
        var id = pod.start(config.build());
        assertEquals("Groups:\t1001 2000 \n", inside(id, "grep Groups /proc/1/status"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, 1L << 32, -1})
    void cve202440635AUserThatDoesNotFitIsNotRoot(long user) {
        var config = box("sleep", "1000");
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setRunAsUser(Int64Value.newBuilder().setValue(user));
        refused(() -> pod.create(config.build()));
    }

    @Test
    void cve202425621FoldersAreTheDaemonsAlone() throws IOException {
        for (var name : List.of("root", "state", "root/containers", "state/containers", "state/sandboxes")) {
            var permissions = Files.getPosixFilePermissions(folder.resolve(name));
            assertEquals("rwx------", PosixFilePermissions.toString(permissions), name);
        }
    }

    @Test
    void cve20243154AnnotationsSteerNothing() throws IOException {
        var id = pod.start(box("sleep", "1000")
                .putAnnotations("org.systemd.property.ExecStartPre", "'/bin/touch %s/annotated'".formatted(OUTSIDE))
                .putAnnotations("run.oci.hooks", "/bin/true")
                .build());
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());
        hostIsUntouched();
    }

    @Test
    void cve20224318AVariableWritesNoAccounts() {
        var before = inside(pod.start(box("sleep", "1000").build()), "cat /etc/passwd");
        var home = KeyValue.newBuilder().setKey("HOME").setValue(ByteString.copyFromUtf8("/x\nroot2::0:0::/:/bin/sh"));
        var config = box("sleep", "1000").addEnvs(home);
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setRunAsUser(Int64Value.newBuilder().setValue(4242));
        assertEquals(before, inside(pod.start(config.build()), "cat /etc/passwd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../escaped", "/tmp/berth-break-in/log", "a/../../b"})
    void cve20250750ALogStaysInItsFolder(String path) throws IOException {
        refused(() -> pod.create(box("sleep", "1000").setLogPath(path).build()));
        hostIsUntouched();
    }
}
