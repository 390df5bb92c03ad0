package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.berth.cri.api.Container;
import dev.berth.cri.api.ContainerFilter;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.StreamContainerStatsRequest;
import dev.berth.cri.api.StreamContainersRequest;
import dev.berth.cri.api.StreamContainersResponse;
import dev.berth.cri.api.StreamImagesRequest;
import dev.berth.cri.api.StreamPodSandboxesRequest;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Lists that come in several messages (KEP-5825), so that no node is too full for one. */
@ExtendWith(SharedRegistry.class)
final class StreamedListTest {
    /** More than a message of a streamed list holds. */
    private static final int CONTAINERS = 230;

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    StreamedListTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    private List<StreamContainersResponse> streamed(ContainerFilter filter) {
        var messages = new ArrayList<StreamContainersResponse>();
        var request = StreamContainersRequest.newBuilder().setFilter(filter).build();
        node.subject().client().pods().streamContainers(request).forEachRemaining(messages::add);
        return messages;
    }

    private static List<String> ids(List<Container> containers) {
        return containers.stream().map(Container::getId).sorted().toList();
    }

    @Test
    void everyContainerComesOnceInMessagesOfSome() {
        for (int number = 0; number < CONTAINERS; number++) {
            pod.create(Pod.container("c" + number, OnePod.BUSYBOX, List.of("true")));
        }
        var all = node.subject().client().pods().listContainers(ListContainersRequest.getDefaultInstance());
        var messages = streamed(ContainerFilter.getDefaultInstance());
        assertEquals(3, messages.size());
        assertEquals(
                ids(all.getContainersList()),
                ids(messages.stream()
                        .flatMap(message -> message.getContainersList().stream())
                        .toList()));
        var one = all.getContainers(0).getId();
        assertEquals(
                List.of(one),
                ids(streamed(ContainerFilter.newBuilder().setId(one).build())
                        .getFirst()
                        .getContainersList()));
        assertEquals(
                List.of(),
                streamed(ContainerFilter.newBuilder().setPodSandboxId("none").build()));
    }

    @Test
    void podsImagesAndStatisticsComeThatWayToo() {
        var id = pod.start(OnePod.box("sleep", "1000").build());
        var client = node.subject().client();
        var pods = client.pods().streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance());
        assertEquals(pod.id(), pods.next().getPodSandboxes(0).getId());
        assertFalse(pods.hasNext());
        var images = client.images().streamImages(StreamImagesRequest.getDefaultInstance());
        assertEquals(OnePod.BUSYBOX, images.next().getImages(0).getRepoTags(0));
        var stats = client.pods().streamContainerStats(StreamContainerStatsRequest.getDefaultInstance());
        assertEquals(id, stats.next().getContainerStats(0).getAttributes().getId());
    }
}
