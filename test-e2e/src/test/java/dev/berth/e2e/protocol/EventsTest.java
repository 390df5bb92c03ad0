package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerEventResponse;
import dev.berth.cri.api.ContainerEventType;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ContainerStatus;
import dev.berth.cri.api.GetEventsRequest;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What GetContainerEvents tells: all that happens, in order, and never less than a list tells later. */
@ExtendWith(SharedRegistry.class)
final class EventsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @AutoClose("end")
    private final OnePod node;

    /** Each event with the states that a list told right after it came. */
    private record Heard(ContainerEventResponse event, Map<String, ContainerState> listed) {}

    EventsTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
    }

    /** Subscribes, and waits until the subscription is heard by. */
    private BlockingQueue<Heard> subscribe() throws IOException, InterruptedException, TimeoutException {
        var heard = new LinkedBlockingQueue<Heard>();
        Thread.ofVirtual().start(() -> listen(heard));
        Waiting.until("the subscription tells of something", SOON, () -> {
            node.pod().remove(node.pod().create(OnePod.box("true").build()));
            return !heard.isEmpty();
        });
        return heard;
    }

    private void listen(BlockingQueue<Heard> heard) {
        try {
            node.subject()
                    .client()
                    .pods()
                    .getContainerEvents(GetEventsRequest.getDefaultInstance())
                    .forEachRemaining(event -> heard.add(new Heard(event, listed())));
        } catch (StatusRuntimeException ended) {
            // with the runtime
        }
    }

    private Map<String, ContainerState> listed() {
        return node
                .subject()
                .client()
                .pods()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList()
                .stream()
                .collect(Collectors.toMap(each -> each.getId(), each -> each.getState()));
    }

    private static List<Heard> until(BlockingQueue<Heard> heard, String subject, ContainerEventType type)
            throws InterruptedException {
        var all = new ArrayList<Heard>();
        while (true) {
            var next = heard.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertTrue(next != null, () -> type + " of " + subject + " did not come, only " + all);
            all.add(next);
            if (next.event.getContainerId().equals(subject) && next.event.getContainerEventType() == type) {
                return all;
            }
        }
    }

    @Test
    void aLifeIsToldInOrderWithTheStateOfThePod() throws IOException, InterruptedException, TimeoutException {
        var heard = subscribe();
        var pod = Pod.run(node.subject().client(), Pod.config(node.subject().marks(), "second"));
        var id = pod.start(OnePod.box("sh", "-c", "exit 3").build());
        var all = until(heard, id, ContainerEventType.CONTAINER_STOPPED_EVENT);
        pod.remove(id);
        pod.remove();
        all.addAll(until(heard, pod.id(), ContainerEventType.CONTAINER_DELETED_EVENT));
        all.removeIf(each -> !each.event.getPodSandboxStatus().getId().equals(pod.id()));
        assertEquals(
                List.of(
                        pod.id() + " CONTAINER_CREATED_EVENT SANDBOX_READY []",
                        pod.id() + " CONTAINER_STARTED_EVENT SANDBOX_READY []",
                        id + " CONTAINER_CREATED_EVENT SANDBOX_READY [CONTAINER_CREATED]",
                        id + " CONTAINER_STARTED_EVENT SANDBOX_READY [CONTAINER_RUNNING]",
                        id + " CONTAINER_STOPPED_EVENT SANDBOX_READY [CONTAINER_EXITED]",
                        id + " CONTAINER_DELETED_EVENT SANDBOX_READY []",
                        pod.id() + " CONTAINER_STOPPED_EVENT SANDBOX_NOTREADY []",
                        pod.id() + " CONTAINER_DELETED_EVENT SANDBOX_NOTREADY []"),
                all.stream().map(EventsTest::text).toList());
        var end = all.get(4).event.getContainersStatuses(0);
        assertEquals(3, end.getExitCode());
        assertEquals(
                "second",
                all.getLast().event.getPodSandboxStatus().getMetadata().getName());
    }

    private static String text(Heard heard) {
        var event = heard.event;
        return "%s %s %s %s"
                .formatted(
                        event.getContainerId(),
                        event.getContainerEventType(),
                        event.getPodSandboxStatus().getState(),
                        event.getContainersStatusesList().stream()
                                .map(ContainerStatus::getState)
                                .toList());
    }

    /** Twenty containers at once, to two subscribers: the same order for both, and lists that are never behind. */
    @Test
    void manyAtOnceComeInOneOrderAndListsAreNeverBehind() throws IOException, InterruptedException, TimeoutException {
        var one = subscribe();
        var other = subscribe();
        var workers = new ArrayList<Thread>();
        for (int number = 0; number < 20; number++) {
            var config = Pod.container("c" + number, OnePod.BUSYBOX, List.of("true"));
            workers.add(Thread.ofVirtual().start(() -> node.pod().start(config)));
        }
        for (var worker : workers) {
            worker.join();
        }
        var last = node.pod().start(OnePod.box("sleep", "1000").build());
        var heard = until(one, last, ContainerEventType.CONTAINER_STARTED_EVENT);
        var same = until(other, last, ContainerEventType.CONTAINER_STARTED_EVENT);
        var common = heard.stream()
                .map(Heard::event)
                .filter(same.stream().map(Heard::event).toList()::contains);
        assertEquals(
                same.stream().map(each -> each.event.getCreatedAt()).toList(),
                common.map(ContainerEventResponse::getCreatedAt).toList());
        long before = 0;
        for (var each : heard) {
            assertTrue(each.event.getCreatedAt() > before);
            before = each.event.getCreatedAt();
            for (var status : each.event.getContainersStatusesList()) {
                var later = each.listed.get(status.getId());
                assertTrue(
                        later == null || later.getNumber() >= status.getState().getNumber(),
                        () -> "listed as " + later + " after the event " + text(each));
            }
        }
        assertEquals(
                PodSandboxState.SANDBOX_READY,
                heard.getLast().event.getPodSandboxStatus().getState());
    }
}
