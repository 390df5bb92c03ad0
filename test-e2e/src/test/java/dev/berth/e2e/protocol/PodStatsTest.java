package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.CheckpointContainerRequest;
import dev.berth.cri.api.CheckpointPodRequest;
import dev.berth.cri.api.ContainerStatsRequest;
import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.cri.api.LinuxPodSandboxStats;
import dev.berth.cri.api.ListMetricDescriptorsRequest;
import dev.berth.cri.api.ListPodSandboxMetricsRequest;
import dev.berth.cri.api.ListPodSandboxStatsRequest;
import dev.berth.cri.api.Metric;
import dev.berth.cri.api.MetricDescriptor;
import dev.berth.cri.api.PodSandboxMetrics;
import dev.berth.cri.api.PodSandboxStatsFilter;
import dev.berth.cri.api.PodSandboxStatsRequest;
import dev.berth.cri.api.PodSandboxStatusRequest;
import dev.berth.cri.api.RestorePodRequest;
import dev.berth.cri.api.StreamPodSandboxMetricsRequest;
import dev.berth.cri.api.StreamPodSandboxStatsRequest;
import dev.berth.cri.api.UpdatePodSandboxResourcesRequest;
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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What pods use, as statistics and as metrics, held against the kernel's own files. */
@ExtendWith(SharedRegistry.class)
final class PodStatsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long MIB = 1 << 20;
    private static final String UNCOUNTED = "container_(blkio|hugetlb|fs_(reads|writes)).*";
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    PodStatsTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    private LinuxPodSandboxStats stats() {
        return node.subject()
                .client()
                .pods()
                .podSandboxStats(PodSandboxStatsRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .build())
                .getStats()
                .getLinux();
    }

    private long cgroup(String controller, String file) throws IOException {
        var directory = CGROUPS.resolve(controller)
                .resolve(pod.config().getLinux().getCgroupParent().substring(1));
        return Long.parseLong(Files.readString(directory.resolve(file)).strip());
    }

    @Test
    void aPodHasTheNumbersOfItsCgroupAndItsContainers() throws IOException {
        var id = pod.start(OnePod.box("sh", "-c", "cat; exit").setStdin(true).build());
        pod.exec(id, "sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
        var before = cgroup("cpuacct", "cpuacct.usage");
        var stats = stats();
        var used = stats.getCpu().getUsageCoreNanoSeconds().getValue();
        assertTrue(before <= used && used <= cgroup("cpuacct", "cpuacct.usage"), before + " " + used);
        var memory = cgroup("memory", "memory.usage_in_bytes");
        var told = stats.getMemory().getUsageBytes().getValue();
        assertTrue(Math.abs(memory - told) < MIB, memory + " " + told);
        assertEquals(
                cgroup("pids", "pids.current"),
                stats.getProcess().getProcessCount().getValue());
        assertEquals(
                List.of(id),
                stats.getContainersList().stream()
                        .map(each -> each.getAttributes().getId())
                        .toList());
        var list = node.subject()
                .client()
                .pods()
                .listPodSandboxStats(ListPodSandboxStatsRequest.newBuilder()
                        .setFilter(PodSandboxStatsFilter.newBuilder().putLabelSelector("app", "pod"))
                        .build())
                .getStatsList();
        assertEquals(pod.config().getMetadata(), list.getFirst().getAttributes().getMetadata());
        var none = PodSandboxStatsFilter.newBuilder().putLabelSelector("app", "other");
        assertFalse(node.subject()
                .client()
                .pods()
                .streamPodSandboxStats(StreamPodSandboxStatsRequest.newBuilder()
                        .setFilter(none)
                        .build())
                .hasNext());
    }

    @Test
    void aPodWithoutACgroupOfItsOwnHasTheSumOfItsContainers() {
        var config = Pod.config(node.subject().marks(), "other").toBuilder();
        config.getLinuxBuilder().clearCgroupParent();
        var other = Pod.run(node.subject().client(), config.build());
        other.start(OnePod.box("sleep", "1000").build());
        other.start(Pod.container("second", OnePod.BUSYBOX, List.of("sleep", "1000")));
        var stats = node.subject()
                .client()
                .pods()
                .podSandboxStats(PodSandboxStatsRequest.newBuilder()
                        .setPodSandboxId(other.id())
                        .build())
                .getStats()
                .getLinux();
        assertEquals(2, stats.getProcess().getProcessCount().getValue());
        assertEquals(
                stats.getContainersList().stream()
                        .mapToLong(
                                each -> each.getCpu().getUsageCoreNanoSeconds().getValue())
                        .sum(),
                stats.getCpu().getUsageCoreNanoSeconds().getValue());
    }

    @Test
    void theNetworkIsThePodsOwnSeenFromInside() {
        var id = pod.start(OnePod.box("sleep", "1000").build());
        node.output(id, "ping -c 3 -s 1000 " + gateway(id) + " > /dev/null");
        var inside = Long.parseLong(
                node.output(id, "cat /sys/class/net/eth0/statistics/tx_bytes").strip());
        var eth0 = stats().getNetwork().getDefaultInterface();
        assertEquals("eth0", eth0.getName());
        assertTrue(inside >= 3000, "sent " + inside);
        assertTrue(eth0.getTxBytes().getValue() >= inside, eth0 + " and " + inside);
        assertEquals(0, stats().getNetwork().getInterfacesCount());
    }

    private String gateway(String id) {
        return node.output(id, "ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p'")
                .strip();
    }

    @Test
    void aStoppedPodUsesNothing() {
        pod.start(OnePod.box("sleep", "1000").build());
        pod.stop();
        assertEquals(LinuxPodSandboxStats.getDefaultInstance(), stats());
        assertEquals(
                0,
                node.subject()
                        .client()
                        .pods()
                        .listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance())
                        .getStatsCount());
    }

    @Test
    void theWritableLayerIsCountedBesideTheCalls() throws IOException, InterruptedException, TimeoutException {
        var id = pod.start(OnePod.box("sleep", "1000").build());
        node.output(
                id,
                "dd if=/dev/zero of=/file bs=1M count=3; ln /file /link; "
                        + "dd if=/dev/zero of=/sparse bs=1 count=1 seek=1000000000");
        var request = ContainerStatsRequest.newBuilder().setContainerId(id).build();
        var layer = new long[1];
        Waiting.until("the layer is counted", SOON, () -> {
            layer[0] = node.subject()
                    .client()
                    .pods()
                    .containerStats(request)
                    .getStats()
                    .getWritableLayer()
                    .getUsedBytes()
                    .getValue();
            return layer[0] >= 3 * MIB;
        });
        assertTrue(layer[0] < 4 * MIB, "a file of two names and a sparse one count once: " + layer[0]);
    }

    @Test
    void everyMetricIsDescribedAndEveryDescribedOneComes() {
        var limits = LinuxContainerResources.newBuilder()
                .setCpuPeriod(50_000)
                .setCpuQuota(20_000)
                .setCpuShares(512)
                .setMemoryLimitInBytes(64 * MIB);
        var config = OnePod.box("sh", "-c", "exec 5< /etc/passwd; ulimit -n 77; sleep 1000; exit");
        config.getLinuxBuilder().setResources(limits);
        var id = pod.start(config.build());
        var metrics = metrics();
        assertEquals(pod.id(), metrics.getPodSandboxId());
        var ofContainer = metrics.getContainerMetrics(0);
        assertEquals(id, ofContainer.getContainerId());
        var descriptors = node
                .subject()
                .client()
                .pods()
                .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                .getDescriptorsList()
                .stream()
                .collect(Collectors.toMap(MetricDescriptor::getName, each -> each));
        metrics.getMetricsList().forEach(each -> check(each, descriptors));
        ofContainer.getMetricsList().forEach(each -> check(each, descriptors));
        var come = ofContainer.getMetricsList().stream().map(Metric::getName).collect(Collectors.toSet());
        metrics.getMetricsList().forEach(each -> come.add(each.getName()));
        var missing = descriptors.keySet().stream()
                .filter(name -> !come.contains(name) && !name.matches(UNCOUNTED))
                .toList();
        assertEquals(List.of(), missing, "this host has no disk with blkio numbers, and no huge pages");
        var values = ofContainer.getMetricsList().stream()
                .collect(Collectors.toMap(
                        Metric::getName, each -> each.getValue().getValue(), (one, _) -> one));
        assertEquals(50_000, values.get("container_spec_cpu_period"));
        assertEquals(20_000, values.get("container_spec_cpu_quota"));
        assertEquals(512, values.get("container_spec_cpu_shares"));
        assertEquals(64 * MIB, values.get("container_spec_memory_limit_bytes"));
        assertEquals(64 * MIB, values.get("container_spec_memory_swap_limit_bytes"));
        assertEquals(2, values.get("container_processes"));
        assertEquals(8, values.get("container_file_descriptors"));
        assertEquals(0, values.get("container_sockets"));
        assertEquals(77, values.get("container_ulimits_soft"));
        assertTrue(values.getOrDefault("container_memory_working_set_bytes", 0L) > 0);
        var inParts = node.subject()
                .client()
                .pods()
                .streamPodSandboxMetrics(StreamPodSandboxMetricsRequest.getDefaultInstance())
                .next();
        assertEquals(pod.id(), inParts.getPodSandboxMetrics(0).getPodSandboxId());
    }

    /** Each has all its labels, and names container, pod and namespace, which dashboards group by. */
    private void check(Metric metric, Map<String, MetricDescriptor> descriptors) {
        var descriptor = Objects.requireNonNull(descriptors.get(metric.getName()), metric.getName());
        assertEquals(descriptor.getLabelKeysCount(), metric.getLabelValuesCount(), metric.getName());
        assertEquals(
                List.of("container", "pod", "namespace"),
                descriptor.getLabelKeysList().subList(3, 6));
        assertEquals(List.of("pod", "e2e"), metric.getLabelValuesList().subList(4, 6));
    }

    private PodSandboxMetrics metrics() {
        return node.subject()
                .client()
                .pods()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetrics(0);
    }

    @Test
    void aPodsNewTotalsAreRememberedOverARestart() throws IOException, InterruptedException, TimeoutException {
        var totals = LinuxContainerResources.newBuilder().setCpuShares(333).setMemoryLimitInBytes(77 * MIB);
        node.subject()
                .client()
                .pods()
                .updatePodSandboxResources(UpdatePodSandboxResourcesRequest.newBuilder()
                        .setPodSandboxId(pod.id().substring(0, 12))
                        .setResources(totals)
                        .build());
        node.subject().runtime().kill();
        node.restart();
        var request = PodSandboxStatusRequest.newBuilder()
                .setPodSandboxId(pod.id())
                .setVerbose(true)
                .build();
        var info = node.subject().client().pods().podSandboxStatus(request).getInfoOrThrow("info");
        assertTrue(info.contains("\"memoryLimit\":" + 77 * MIB), info);
        var unknown = UpdatePodSandboxResourcesRequest.newBuilder()
                .setPodSandboxId("none")
                .build();
        refused(
                Status.Code.NOT_FOUND,
                "none",
                () -> node.subject().client().pods().updatePodSandboxResources(unknown));
    }

    @Test
    void checkpointsAreRefusedWithTheReason() {
        var pods = node.subject().client().pods();
        var id = pod.start(OnePod.box("sleep", "1000").build());
        var container =
                CheckpointContainerRequest.newBuilder().setContainerId(id).build();
        refused(Status.Code.UNIMPLEMENTED, "CRIU", () -> pods.checkpointContainer(container));
        var whole = CheckpointPodRequest.newBuilder().setPodSandboxId(pod.id()).build();
        refused(Status.Code.UNIMPLEMENTED, "CRIU", () -> pods.checkpointPod(whole));
        var saved = RestorePodRequest.newBuilder().setCheckpointPath("/nowhere").build();
        refused(Status.Code.UNIMPLEMENTED, "CRIU", () -> pods.restorePod(saved));
    }

    private static void refused(Status.Code code, String part, Executable call) {
        var refused = assertThrows(StatusRuntimeException.class, call);
        assertEquals(code, refused.getStatus().getCode());
        assertTrue(refused.toString().contains(part), refused.toString());
    }
}
