package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.failure.LaunchFailure;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.engine.record.Times;
import dev.berth.engine.sandbox.Sandboxes;
import dev.berth.linux.Reason;
import dev.berth.shim.LaunchException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** StartContainer: the command runs when it returns, or the container has exited with reason StartError. */
public final class StartContainer {
    private static final Logger LOG = LoggerFactory.getLogger(StartContainer.class);

    /** What a container that never ran reports, as containerd does. */
    private static final int START_ERROR_CODE = 128;

    private final Containers containers;
    private final Sandboxes sandboxes;
    private final Operations operations;
    private final Launch launch;

    public StartContainer(Containers containers, Sandboxes sandboxes, Operations operations, Launch launch) {
        this.containers = containers;
        this.sandboxes = sandboxes;
        this.operations = operations;
        this.launch = launch;
    }

    public void start(String idOrPrefix) throws EngineException, InterruptedException {
        var record = containers.index().require(idOrPrefix).record();
        operations.run(key(record), Stage.START_CONTAINER_ACCEPTED, Object.class, progress -> {
            try (var _ = sandboxes.turns().shared(record.sandboxId());
                    var _ = containers.turns().exclusive(record.id())) {
                start(containers.index().require(record.id()), progress);
            }
            return record.id();
        });
    }

    /** Of the operation that starts a container. */
    static String key(ContainerRecord record) {
        return "start-container " + record.id();
    }

    private void start(Container container, Progress progress) throws EngineException {
        var record = container.record();
        switch (container.state()) {
            case ContainerState.Created _ -> {}
            case ContainerState.Running _ ->
                throw EngineException.precondition("container " + record.label() + " is running already");
            case ContainerState.Exited _ ->
                throw EngineException.precondition("container " + record.label() + " has exited; create a new one");
        }
        var holder = sandboxes.index().require(record.sandboxId()).requireHolder();
        try {
            var shim = launch.container(record, holder, progress);
            progress.reached(Stage.START_CONTAINER_SHIM_STARTED);
            containers.enterRunning(
                    record, shim, containers.directory(record.id()).startedAt());
            LOG.info(
                    "container {} is running, pid {}",
                    record.label(),
                    shim.init().pid());
        } catch (InvalidSpecException | IOException e) {
            throw failed(record, e);
        }
    }

    private EngineException failed(ContainerRecord record, Exception cause) {
        var message =
                "start container %s: %s".formatted(record.config().metadata().name(), cause.getMessage());
        var end = new ContainerState.Exited(0, Times.now(), START_ERROR_CODE, "StartError", message);
        try {
            launch.end(record);
            containers.directory(record.id()).saveEnd(end);
        } catch (IOException e) {
            LOG.warn("container {}: clean-up after its failed start: {}", record.label(), Reason.of(e));
        }
        containers.enter(record, end);
        return new EngineException(code(cause), message, cause);
    }

    private static Code code(Exception cause) {
        return switch (cause) {
            case InvalidSpecException _ -> Code.INVALID_ARGUMENT;
            case LaunchException launch -> LaunchFailure.code(launch);
            default -> Code.INTERNAL;
        };
    }
}
