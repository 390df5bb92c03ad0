package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Limits that are changed while a container is there, as in-place resizing and the CPU manager do. */
@ExtendWith(SharedRegistry.class)
final class UpdateResourcesTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final long MIB = 1 << 20;

    private static final LinuxContainerResources FIRST = LinuxContainerResources.newBuilder()
            .setCpuShares(512)
            .setCpuPeriod(100_000)
            .setCpuQuota(50_000)
            .setMemoryLimitInBytes(200 * MIB)
            .setOomScoreAdj(100)
            .build();

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    UpdateResourcesTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    @Test
    void aRunningContainerGetsNewLimitsAndKeepsTheOthers() throws IOException {
        var id = pod.start(limited("sleep", "1000"));
        pod.update(
                id,
                LinuxContainerResources.newBuilder()
                        .setCpuShares(2048)
                        .setMemoryLimitInBytes(100 * MIB)
                        .setCpusetCpus("0")
                        .build());
        assertEquals("2048", file(id, "cpu", "cpu.shares"));
        assertEquals("50000", file(id, "cpu", "cpu.cfs_quota_us"));
        assertEquals(Long.toString(100 * MIB), file(id, "memory", "memory.limit_in_bytes"));
        assertEquals(Long.toString(100 * MIB), file(id, "memory", "memory.memsw.limit_in_bytes"));
        assertEquals("0", file(id, "cpuset", "cpuset.cpus"));
        var told = pod.status(id).getResources().getLinux();
        assertEquals(2048, told.getCpuShares());
        assertEquals(50_000, told.getCpuQuota());
        assertEquals(100 * MIB, told.getMemoryLimitInBytes());
        assertEquals(100, told.getOomScoreAdj());
    }

    @Test
    void aCreatedContainerStartsUnderItsNewLimits() throws IOException {
        var id = pod.create(limited("sleep", "1000"));
        pod.update(id, LinuxContainerResources.newBuilder().setCpuShares(300).build());
        pod.start(id);
        assertEquals("300", file(id, "cpu", "cpu.shares"));
        assertEquals(300, pod.status(id).getResources().getLinux().getCpuShares());
    }

    @Test
    void theStatusTellsWhatTheCgroupHas() throws IOException {
        var id = pod.start(limited("sleep", "1000"));
        Files.writeString(folder(id, "cpu").resolve("cpu.shares"), "77");
        assertEquals(77, pod.status(id).getResources().getLinux().getCpuShares());
        assertEquals(200 * MIB, pod.status(id).getResources().getLinux().getMemorySwapLimitInBytes());
    }

    /** The shell must not give way to its last command, or its memory goes. */
    @Test
    void aLimitBelowWhatIsUsedChangesNothing() throws IOException, InterruptedException, TimeoutException {
        var id = pod.start(
                limited("sh", "-c", "x=$(head -c 30000000 /dev/zero | tr '\\0' x); echo ready; sleep 1000; echo end"));
        Waiting.until(
                "it uses memory",
                SOON,
                () -> Files.readString(Path.of(pod.status(id).getLogPath())).contains("ready"));
        var low = LinuxContainerResources.newBuilder()
                .setCpuShares(2048)
                .setMemoryLimitInBytes(8 * MIB)
                .build();
        var refused = assertThrows(StatusRuntimeException.class, () -> pod.update(id, low));
        assertEquals(Status.Code.FAILED_PRECONDITION, refused.getStatus().getCode());
        assertTrue(refused.toString().contains("8388608"), refused.toString());
        assertEquals("512", file(id, "cpu", "cpu.shares"));
        assertEquals(Long.toString(200 * MIB), file(id, "memory", "memory.limit_in_bytes"));
        assertEquals(ContainerState.CONTAINER_RUNNING, pod.status(id).getState());
    }

    @Test
    void aValueThatTheKernelRefusesChangesNothing() throws IOException {
        var id = pod.start(limited("sleep", "1000"));
        var impossible = LinuxContainerResources.newBuilder()
                .setMemoryLimitInBytes(100 * MIB)
                .setCpusetCpus("4000")
                .build();
        var refused = assertThrows(StatusRuntimeException.class, () -> pod.update(id, impossible));
        assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
        assertTrue(refused.toString().contains("cpuset.cpus"), refused.toString());
        assertEquals(Long.toString(200 * MIB), file(id, "memory", "memory.limit_in_bytes"));
        pod.update(id, LinuxContainerResources.newBuilder().setCpuShares(600).build());
        assertEquals(200 * MIB, pod.status(id).getResources().getLinux().getMemoryLimitInBytes());
    }

    @Test
    void newLimitsOutliveTheDaemon() throws IOException, InterruptedException, TimeoutException {
        var created = pod.create(limited("sleep", "1000"));
        pod.update(
                created, LinuxContainerResources.newBuilder().setCpuShares(300).build());
        node.subject().runtime().kill();
        node.restart();
        pod.update(
                created,
                LinuxContainerResources.newBuilder().setCpuQuota(70_000).build());
        pod.start(created);
        assertEquals("300", file(created, "cpu", "cpu.shares"));
        pod.stop(created, 0);
        var told = pod.status(created).getResources().getLinux();
        assertEquals(300, told.getCpuShares());
        assertEquals(70_000, told.getCpuQuota());
    }

    @Test
    void whatHasExitedOrDoesNotExistIsNotUpdated() {
        var id = pod.start(limited("sleep", "1000"));
        pod.stop(id, 0);
        var exited = assertThrows(StatusRuntimeException.class, () -> pod.update(id, FIRST));
        assertEquals(Status.Code.FAILED_PRECONDITION, exited.getStatus().getCode());
        var unknown = assertThrows(StatusRuntimeException.class, () -> pod.update("0123456789", FIRST));
        assertEquals(Status.Code.NOT_FOUND, unknown.getStatus().getCode());
    }

    private static dev.berth.cri.api.ContainerConfig limited(String... command) {
        var container = Pod.container("box", OnePod.BUSYBOX, List.of(command)).toBuilder();
        container.getLinuxBuilder().setResources(FIRST);
        return container.build();
    }

    private String file(String id, String controller, String name) throws IOException {
        return Files.readString(folder(id, controller).resolve(name)).strip();
    }

    private Path folder(String id, String controller) {
        return Path.of("/sys/fs/cgroup", controller, pod.config().getLinux().getCgroupParent(), id);
    }
}
