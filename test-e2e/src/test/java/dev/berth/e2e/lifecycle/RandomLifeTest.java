package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.api.Container;
import dev.berth.cri.api.ContainerEventType;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.GetEventsRequest;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many callers ask by chance, the daemon is killed by chance; after each round records, lists, events and the kernel tell the same.
 * {@code -Dberth.seed} repeats what failed, {@code -Dberth.rounds} goes on for longer.
 */
@ExtendWith(SharedRegistry.class)
final class RandomLifeTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Path HIERARCHY = Path.of("/sys/fs/cgroup/pids");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CALLERS = 8;
    private static final int CALLS = 12;

    private final long seed = Long.getLong("berth.seed", System.nanoTime());
    private final int rounds = Integer.getInteger("berth.rounds", 12);
    private final Path folder;

    @AutoClose("end")
    private final OnePod node;

    /** The state of each container by the last event of its pod that told of it. */
    private final Map<String, ContainerState> heard = new ConcurrentHashMap<>();

    RandomLifeTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        node = OnePod.run(folder, registry);
        // the seed must be told, or a failure is lost
        System.out.println("RandomLifeTest: -Dberth.seed=" + seed);
    }

    @Test
    void recordsListsEventsAndTheKernelAgree() throws IOException, InterruptedException, TimeoutException {
        var life = new RandomLife(node.subject().client(), node.subject().marks());
        var random = new Random(seed);
        subscribe();
        for (int round = 0; round < rounds; round++) {
            boolean crash = random.nextInt(3) == 0;
            long pause = random.nextInt(60_000_000);
            life.round(seed + round, CALLERS, CALLS, () -> {
                if (crash) {
                    LockSupport.parkNanos(pause);
                    node.subject().runtime().kill();
                }
            });
            if (crash) {
                node.restart();
                heard.clear();
                subscribe();
            }
            assertEquals(List.of(), life.unfair(), "seed " + seed + ", round " + round);
            check("seed " + seed + ", round " + round);
        }
    }

    /** What is listed before the subscription is heard by is taken as heard. */
    private void subscribe() throws IOException, InterruptedException, TimeoutException {
        var probes = new ConcurrentHashMap<String, Boolean>();
        var events = node.subject().client().pods().getContainerEvents(GetEventsRequest.getDefaultInstance());
        Thread.ofVirtual().start(() -> {
            try {
                events.forEachRemaining(event -> {
                    event.getContainersStatusesList().forEach(each -> heard.put(each.getId(), each.getState()));
                    if (event.getContainerEventType() == ContainerEventType.CONTAINER_DELETED_EVENT) {
                        heard.remove(event.getContainerId());
                    }
                    probes.put(event.getContainerId(), true);
                });
            } catch (StatusRuntimeException ended) {
                // with the daemon
            }
        });
        Waiting.until("the subscription tells of something", SOON, () -> {
            var probe = node.pod().create(OnePod.box("true").build());
            node.pod().remove(probe);
            return probes.containsKey(probe);
        });
        listed().forEach(each -> heard.putIfAbsent(each.getId(), each.getState()));
    }

    private List<Container> listed() {
        return node.subject()
                .client()
                .pods()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList();
    }

    private static Map<String, ContainerState> states(List<Container> containers) {
        return containers.stream().collect(Collectors.toMap(Container::getId, Container::getState));
    }

    private void check(String when) throws IOException, InterruptedException, TimeoutException {
        // what ends by itself may still be ending
        Waiting.until(
                when + ": what short-lived containers do is over",
                SOON,
                () -> states(listed()).equals(heard()));
        var containers = new TreeMap<>(states(listed()));
        assertEquals(List.copyOf(containers.keySet()), records("containers"), when);
        var pods = node.subject()
                .client()
                .pods()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsList();
        assertEquals(pods.stream().map(each -> each.getId()).sorted().toList(), records("sandboxes"), when);
        for (var container : listed()) {
            kernel(container, when);
        }
    }

    private Map<String, ContainerState> heard() {
        return Map.copyOf(heard);
    }

    private List<String> records(String kind) throws IOException {
        try (var names = Files.list(folder.resolve("state").resolve(kind))) {
            return names.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    /** A running container has the process that its status names, in its cgroup; another one has none. */
    private void kernel(Container container, String when) throws IOException, InterruptedException, TimeoutException {
        var request = ContainerStatusRequest.newBuilder()
                .setContainerId(container.getId())
                .setVerbose(true)
                .build();
        var status = node.subject().client().pods().containerStatus(request);
        var info = JSON.readTree(status.getInfoOrThrow("info"));
        var cgroup = HIERARCHY.resolve(info.path("cgroupPath").asText().substring(1));
        boolean mayLive = status.getStatus().getState() == ContainerState.CONTAINER_RUNNING;
        if (mayLive && !processes(cgroup).contains(info.path("pid").asText())) {
            // it has just ended by itself, or this is the fault sought
            Waiting.until(
                    when + ": " + container.getId() + " runs without its process",
                    SOON,
                    () -> states(listed()).getOrDefault(container.getId(), ContainerState.CONTAINER_EXITED)
                            == ContainerState.CONTAINER_EXITED);
        }
        if (!mayLive) {
            assertEquals(List.of(), processes(cgroup), when + ": " + container);
        }
    }

    private static List<String> processes(Path cgroup) {
        var file = cgroup.resolve("cgroup.procs");
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
