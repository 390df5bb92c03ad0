package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.engine.sandbox.SandboxContents;
import dev.berth.engine.snapshot.WritableLayers;
import dev.berth.linux.Reason;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RemoveContainer: kills it if need be and removes all that is left of it, its log aside. Safe to repeat. */
public final class RemoveContainer implements SandboxContents {
    private static final Logger LOG = LoggerFactory.getLogger(RemoveContainer.class);

    private final Containers containers;
    private final Operations operations;
    private final StopContainer stop;
    private final WritableLayers layers;

    public RemoveContainer(Containers containers, Operations operations, StopContainer stop, WritableLayers layers) {
        this.containers = containers;
        this.operations = operations;
        this.stop = stop;
        this.layers = layers;
    }

    /** Nothing happens if there is no such container. */
    public void removeContainer(String idOrPrefix) throws EngineException, InterruptedException {
        var container = containers.index().startingWith(idOrPrefix);
        if (container.isPresent()) {
            var id = container.get().id();
            operations.run("remove-container " + id, Stage.REMOVE_CONTAINER_ACCEPTED, Object.class, progress -> {
                try (var _ = containers.turns().exclusive(id)) {
                    removeNow(id, progress);
                }
                containers.turns().forget(id);
                return id;
            });
        }
    }

    /** All are killed before any is waited for: one that cannot end does not keep its siblings alive. */
    @Override
    public void kill(String sandboxId) throws EngineException, InterruptedException {
        var running = containers.of(sandboxId).stream()
                .filter(each -> each.state() instanceof ContainerState.Running)
                .toList();
        for (Container container : running) {
            signal(container);
        }
        for (Container container : running) {
            kill(container.record(), container.requireRunning());
        }
    }

    private void signal(Container container) {
        try {
            containers.cgroup(container.record()).kill();
        } catch (IOException e) {
            LOG.warn("kill container {}: {}", container.record().label(), Reason.of(e));
        }
    }

    @Override
    public void remove(String sandboxId) throws EngineException, InterruptedException {
        for (Container container : containers.of(sandboxId)) {
            removeContainer(container.id());
        }
    }

    private void kill(ContainerRecord record, ContainerState.Running running)
            throws EngineException, InterruptedException {
        try {
            stop.kill(record, running);
        } catch (IOException e) {
            throw new EngineException(
                    Code.INTERNAL, "kill container %s: %s".formatted(record.label(), Reason.of(e)), e);
        }
    }

    private void removeNow(String id, Progress progress) throws EngineException, InterruptedException {
        var found = containers.index().exactly(id);
        if (found.isEmpty()) {
            return;
        }
        var record = found.get().record();
        if (found.get().state() instanceof ContainerState.Running running) {
            kill(record, running);
        }
        try {
            containers.directory(id).save(record.in(ContainerRecord.Phase.REMOVING));
            progress.reached(Stage.REMOVE_CONTAINER_RECORDED);
            release(record);
            progress.reached(Stage.REMOVE_CONTAINER_RELEASED);
        } catch (IOException e) {
            throw new EngineException(
                    Code.INTERNAL, "remove container %s: %s".formatted(record.label(), Reason.of(e)), e);
        }
        containers.index().remove(id);
        LOG.info("container {} is removed", record.label());
    }

    /** Frees what a dead container holds, its directory last: until then a restart comes back to it. Safe to repeat. */
    void release(ContainerRecord record) throws IOException {
        containers.clear(record);
        layers.discard(record.id());
        containers.release(record.id());
        containers.directory(record.id()).delete();
    }
}
