package dev.berth.cri.door.answer;

import dev.berth.cri.api.ContainerEventResponse;
import dev.berth.cri.api.ContainerEventType;
import dev.berth.engine.container.Containers;
import dev.berth.engine.event.PodEvent;

/** Events as CRI shows them. */
public final class EventAnswers {
    private EventAnswers() {}

    /**
     * One event.
     *
     * @param containers which tell the limits that are in force
     */
    public static ContainerEventResponse event(PodEvent event, Containers containers) {
        var answer = ContainerEventResponse.newBuilder()
                .setContainerId(event.subject())
                .setContainerEventType(
                        switch (event.kind()) {
                            case CREATED -> ContainerEventType.CONTAINER_CREATED_EVENT;
                            case STARTED -> ContainerEventType.CONTAINER_STARTED_EVENT;
                            case STOPPED -> ContainerEventType.CONTAINER_STOPPED_EVENT;
                            case DELETED -> ContainerEventType.CONTAINER_DELETED_EVENT;
                        })
                .setCreatedAt(event.time())
                .setPodSandboxStatus(SandboxAnswers.status(event.sandbox()));
        event.containers()
                .forEach(each -> answer.addContainersStatuses(ContainerAnswers.status(each, containers.limits(each))));
        return answer.build();
    }
}
