package dev.berth.engine.session;

import dev.berth.engine.container.Containers;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.linux.Reason;
import java.io.IOException;

/** Attach: joins the streams of a running container's own process. */
public final class Attach {
    private final Containers containers;

    public Attach(Containers containers) {
        this.containers = containers;
    }

    /** The full id of a container that can be attached to now. */
    public String check(String idOrPrefix, StreamChoice choice) throws EngineException {
        var container = containers.index().require(idOrPrefix);
        choice.checked("attach to container " + container.id());
        container.requireRunning();
        return container.id();
    }

    /** Output from now on. Closing the session leaves the container as it is, apart from stdin_once. */
    public Session open(String id) throws EngineException {
        var container = containers.index().require(id);
        try {
            // the end of one client's input is not the container's, unless it is for one client only
            return new Session(
                    container.requireRunning().shim().attach(),
                    container.config().stdinOnce());
        } catch (IOException e) {
            throw new EngineException(
                    Code.INTERNAL, "attach to container %s: %s".formatted(container.id(), Reason.of(e)), e);
        }
    }
}
