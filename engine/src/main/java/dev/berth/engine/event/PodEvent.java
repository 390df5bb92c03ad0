package dev.berth.engine.event;

import dev.berth.engine.container.Container;
import dev.berth.engine.sandbox.Sandbox;
import java.util.List;

/**
 * What happened to a sandbox or a container, and how the whole pod stood right after it.
 *
 * @param subject id of the container or, if it happened to the pod itself, of the sandbox
 * @param time nanoseconds since the epoch, later than that of each event before
 * @param sandbox of a removed one, as it was last
 * @param containers all that the pod has
 */
public record PodEvent(String subject, Kind kind, long time, Sandbox sandbox, List<Container> containers) {
    /** What can happen. */
    public enum Kind {
        CREATED,
        STARTED,
        STOPPED,
        DELETED
    }

    public PodEvent {
        containers = List.copyOf(containers);
    }
}
