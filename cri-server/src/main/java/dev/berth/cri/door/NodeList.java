package dev.berth.cri.door;

import dev.berth.cri.api.Container;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.Image;
import dev.berth.cri.api.PodSandbox;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Containers and images of a node, for whoever knows no protocol. */
public record NodeList(List<ContainerRow> containers, List<ImageRow> images) {
    public NodeList {
        containers = List.copyOf(containers);
        images = List.copyOf(images);
    }

    /**
     * One container.
     *
     * @param state created, running or exited
     * @param createdAt nanoseconds since the epoch
     */
    public record ContainerRow(
            String id,
            String name,
            String state,
            long createdAt,
            String podId,
            String pod,
            String namespace,
            String image) {}

    /** One image; {@code bytes} is what its layers take unpacked. */
    public record ImageRow(String id, List<String> names, long bytes) {
        public ImageRow {
            names = List.copyOf(names);
        }
    }

    static NodeList of(List<PodSandbox> pods, List<Container> containers, List<Image> images) {
        var byId = pods.stream().collect(Collectors.toMap(PodSandbox::getId, Function.identity()));
        return new NodeList(
                containers.stream().map(each -> row(each, byId)).toList(),
                images.stream()
                        .map(each -> new ImageRow(each.getId(), each.getRepoTagsList(), each.getSize()))
                        .toList());
    }

    /** A pod that was removed between the two lists has no name any more. */
    private static ContainerRow row(Container container, Map<String, PodSandbox> pods) {
        var pod = Optional.ofNullable(pods.get(container.getPodSandboxId()))
                .map(PodSandbox::getMetadata)
                .orElseGet(() -> PodSandbox.getDefaultInstance().getMetadata());
        var asked = container.getImage().getUserSpecifiedImage();
        return new ContainerRow(
                container.getId(),
                container.getMetadata().getName(),
                state(container.getState()),
                container.getCreatedAt(),
                container.getPodSandboxId(),
                pod.getName(),
                pod.getNamespace(),
                asked.isEmpty() ? container.getImage().getImage() : asked);
    }

    private static String state(ContainerState state) {
        return switch (state) {
            case CONTAINER_CREATED -> "created";
            case CONTAINER_RUNNING -> "running";
            case CONTAINER_EXITED -> "exited";
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> "unknown";
        };
    }
}
