package dev.berth.engine.sandbox;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.linux.Reason;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RemovePodSandbox: stops the sandbox if need be and removes all that is left of it. Safe to repeat. */
public final class RemoveSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(RemoveSandbox.class);

    private final Sandboxes sandboxes;
    private final SandboxContents contents;
    private final Operations operations;
    private final StopSandbox stop;

    public RemoveSandbox(Sandboxes sandboxes, SandboxContents contents, Operations operations, StopSandbox stop) {
        this.sandboxes = sandboxes;
        this.contents = contents;
        this.operations = operations;
        this.stop = stop;
    }

    /** Nothing happens if there is no such sandbox. */
    public void remove(String idOrPrefix) throws EngineException, InterruptedException {
        var sandbox = sandboxes.index().startingWith(idOrPrefix);
        if (sandbox.isPresent()) {
            var id = sandbox.get().id();
            operations.run("remove-sandbox " + id, Stage.REMOVE_SANDBOX_ACCEPTED, Object.class, progress -> {
                try (var _ = sandboxes.turns().exclusive(id)) {
                    stop.stopNow(id, progress);
                    removeNow(id, progress);
                }
                sandboxes.turns().forget(id);
                return id;
            });
        }
    }

    private void removeNow(String id, Progress progress) throws EngineException, InterruptedException {
        var found = sandboxes.index().exactly(id);
        if (found.isEmpty()) {
            return;
        }
        try {
            contents.remove(id);
            sandboxes.update(found.get().record().in(SandboxRecord.Phase.REMOVING));
            progress.reached(Stage.REMOVE_SANDBOX_RECORDED);
            sandboxes.directory(id).delete();
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Code.INTERNAL, "remove sandbox %s: %s".formatted(id, Reason.of(e)), e);
        }
        sandboxes.index().remove(id);
        LOG.info(
                "sandbox {} of {} is removed",
                id,
                found.get().config().metadata().key());
    }
}
