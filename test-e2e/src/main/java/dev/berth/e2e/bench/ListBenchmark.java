package dev.berth.e2e.bench;

import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.ListContainerStatsRequest;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListPodSandboxMetricsRequest;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.cri.api.ListPodSandboxStatsRequest;
import dev.berth.cri.api.PodSandboxStatusRequest;
import dev.berth.e2e.Containerd;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** {@code ListBenchmark PODS ROUNDS}: times the calls that only tell, while PODS pods of one container run on each runtime. */
final class ListBenchmark {
    private static final int WARM_UP = 50;

    /** A call that takes long is made fewer times. */
    private static final long LONG_ENOUGH_NANOS = 10_000_000_000L;

    private final int pods;
    private final int rounds;

    private ListBenchmark(int pods, int rounds) {
        this.pods = pods;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, TimeoutException {
        try (var folders = new BenchFolders()) {
            new ListBenchmark(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])).run(folders);
        }
    }

    private void run(BenchFolders folders) throws IOException, InterruptedException, TimeoutException {
        try (var registry = Registry.start(folders.of("registry"))) {
            registry.fill("basic");
            try (var berth = Contender.of(Daemon.start(folders.of("berth"), registry));
                    var containerd = Contender.of(Containerd.start(folders.of("containerd"), registry))) {
                var ours = fill(berth);
                var theirs = fill(containerd);
                print(time(berth, ours), time(containerd, theirs));
                ours.forEach(Pod::remove);
                theirs.forEach(Pod::remove);
            }
        }
    }

    private List<Pod> fill(Contender contender) {
        var all = new ArrayList<Pod>();
        for (int number = 0; number < pods; number++) {
            all.add(contender.pod("list" + number));
        }
        return all;
    }

    private Map<String, Samples> time(Contender contender, List<Pod> running) {
        var times = new LinkedHashMap<String, Samples>();
        calls(contender, running.getFirst()).forEach((name, call) -> {
            try {
                times.put(name, time(call));
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
                    throw e;
                }
            }
        });
        return times;
    }

    private static Map<String, Runnable> calls(Contender contender, Pod pod) {
        var client = contender.client();
        var container = client.pods()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainers(0)
                .getId();
        var calls = new LinkedHashMap<String, Runnable>();
        calls.put("ListPodSandbox", () -> client.pods().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()));
        calls.put("ListContainers", () -> client.pods().listContainers(ListContainersRequest.getDefaultInstance()));
        calls.put(
                "ContainerStatus",
                () -> client.pods()
                        .containerStatus(ContainerStatusRequest.newBuilder()
                                .setContainerId(container)
                                .build()));
        calls.put(
                "PodSandboxStatus",
                () -> client.pods()
                        .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                                .setPodSandboxId(pod.id())
                                .build()));
        calls.put(
                "ListContainerStats",
                () -> client.pods().listContainerStats(ListContainerStatsRequest.getDefaultInstance()));
        calls.put(
                "ListPodSandboxStats",
                () -> client.pods().listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance()));
        calls.put(
                "ListPodSandboxMetrics",
                () -> client.pods().listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance()));
        return calls;
    }

    private Samples time(Runnable call) {
        for (int round = 0; round < WARM_UP; round++) {
            call.run();
        }
        var samples = new Samples();
        long start = System.nanoTime();
        for (int round = 0; round < rounds && System.nanoTime() - start < LONG_ENOUGH_NANOS; round++) {
            long begun = System.nanoTime();
            call.run();
            samples.add(System.nanoTime() - begun);
        }
        return samples;
    }

    private void print(Map<String, Samples> berth, Map<String, Samples> peer) {
        System.out.printf(
                "| %d pods, %d calls each at most | Berth p50 | p99 | containerd p50 | p99 | ratio of p50 |%n",
                pods, rounds);
        System.out.println("|---|---|---|---|---|---|");
        berth.forEach((name, ours) -> System.out.println(row(name, ours, peer.get(name))));
    }

    private static String row(String name, Samples ours, @Nullable Samples theirs) {
        var start = String.format(Locale.ROOT, "| %s | %.2f ms | %.2f ms ", name, ours.millis(0.5), ours.millis(0.99));
        return theirs == null
                ? start + "| not there | | |"
                : start
                        + String.format(
                                Locale.ROOT,
                                "| %.2f ms | %.2f ms | %.1f x |",
                                theirs.millis(0.5),
                                theirs.millis(0.99),
                                theirs.millis(0.5) / ours.millis(0.5));
    }
}
