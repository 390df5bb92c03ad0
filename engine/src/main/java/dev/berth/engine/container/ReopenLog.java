package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.linux.Reason;
import java.io.IOException;

/** ReopenContainerLog: the kubelet has renamed a log, and the container writes on into a new file. */
public final class ReopenLog {
    private final Containers containers;

    public ReopenLog(Containers containers) {
        this.containers = containers;
    }

    /** Only of a running container: what one that has ended wrote stays where it is. */
    public void reopen(String idOrPrefix) throws EngineException {
        var container = containers.index().require(idOrPrefix);
        try {
            container.requireRunning().shim().reopenLog();
        } catch (IOException e) {
            throw new EngineException(
                    Code.INTERNAL,
                    "reopen the log of container %s: %s"
                            .formatted(container.record().label(), Reason.of(e)),
                    e);
        }
    }
}
