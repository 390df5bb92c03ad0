package dev.berth.engine.sandbox;

import dev.berth.cni.PodNetworks;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.linux.Reason;
import dev.berth.shim.Shim;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** StopPodSandbox: kills the containers, releases the addresses, ends the namespaces. Safe to repeat. */
public final class StopSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(StopSandbox.class);

    private final Sandboxes sandboxes;
    private final SandboxContents contents;
    private final Operations operations;
    private final SandboxNetwork network;

    public StopSandbox(Sandboxes sandboxes, SandboxContents contents, Operations operations, PodNetworks networks) {
        this.sandboxes = sandboxes;
        this.contents = contents;
        this.operations = operations;
        this.network = new SandboxNetwork(networks);
    }

    /** Nothing happens if there is no such sandbox. */
    public void stop(String idOrPrefix) throws EngineException, InterruptedException {
        var sandbox = sandboxes.index().startingWith(idOrPrefix);
        if (sandbox.isPresent()) {
            var id = sandbox.get().id();
            operations.run("stop-sandbox " + id, Stage.STOP_SANDBOX_ACCEPTED, Object.class, progress -> {
                try (var _ = sandboxes.turns().exclusive(id)) {
                    stopNow(id, progress);
                }
                return id;
            });
        }
    }

    /** The caller has the sandbox's exclusive turn. From the first step on the sandbox is not ready, also after a restart. */
    void stopNow(String id, Progress progress) throws EngineException, InterruptedException {
        var found = sandboxes.index().exactly(id);
        if (found.isEmpty()) {
            return;
        }
        var sandbox = found.get();
        try {
            sandboxes.update(sandbox.record().in(SandboxRecord.Phase.STOPPED));
            contents.kill(id);
            progress.reached(Stage.STOP_SANDBOX_CONTAINERS_STOPPED);
            var holder = holder(sandbox);
            network.detach(sandbox.record(), holder);
            progress.reached(Stage.STOP_SANDBOX_NETWORK_DETACHED);
            if (holder.isPresent()) {
                holder.get().terminate();
            }
            progress.reached(Stage.STOP_SANDBOX_SHIM_ENDED);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Code.INTERNAL, "stop sandbox %s: %s".formatted(id, Reason.of(e)), e);
        }
        sandboxes.index().replace(id, Sandbox::notReady);
        LOG.info("sandbox {} of {} is stopped", id, sandbox.config().metadata().key());
    }

    private static Optional<Shim> holder(Sandbox sandbox) {
        return switch (sandbox.state()) {
            case SandboxState.Ready(Shim holder) -> Optional.of(holder);
            case SandboxState.NotReady _ -> Optional.empty();
        };
    }
}
