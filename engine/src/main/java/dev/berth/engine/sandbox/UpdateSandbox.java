package dev.berth.engine.sandbox;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.request.ResourceInput;
import dev.berth.linux.Reason;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UpdatePodSandboxResources: remembers the pod's new totals. The pod's cgroup is the kubelet's, who has changed it before it calls (KEP-1287);
 * nothing here runs in it but the containers.
 */
public final class UpdateSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(UpdateSandbox.class);

    private final Sandboxes sandboxes;

    public UpdateSandbox(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
    }

    /**
     * Replaces the totals.
     *
     * @throws EngineException NOT_FOUND if there is no such sandbox, FAILED_PRECONDITION if it is not ready
     */
    public void update(String idOrPrefix, ResourceInput overhead, ResourceInput resources) throws EngineException {
        var id = sandboxes.index().require(idOrPrefix).id();
        // beside what its containers do, never beside its stop
        try (var _ = sandboxes.turns().shared(id)) {
            replace(id, overhead, resources);
        } catch (IOException e) {
            throw new EngineException(Code.INTERNAL, "update sandbox %s: %s".formatted(id, Reason.of(e)), e);
        }
        LOG.info("sandbox {} has other totals: overhead {}, resources {}", id, overhead, resources);
    }

    private synchronized void replace(String id, ResourceInput overhead, ResourceInput resources)
            throws EngineException, IOException {
        var sandbox = sandboxes.index().require(id);
        sandbox.requireHolder();
        sandboxes.update(sandbox.record().with(sandbox.config().with(overhead, resources)));
    }
}
