package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * StopContainer: the stop signal, then SIGKILL when the timeout has passed. Each call signals and waits on its own, so
 * that of several the shortest timeout counts.
 */
public final class StopContainer {
    /** How long a killed container may take to be gone before its state is reported instead. */
    private static final Duration UNKILLABLE = Duration.ofSeconds(10);

    private final Containers containers;
    private final Operations operations;

    public StopContainer(Containers containers, Operations operations) {
        this.containers = containers;
        this.operations = operations;
    }

    /** Nothing happens if there is no such container or it is not running. A timeout of 0 or less kills at once. */
    public void stop(String idOrPrefix, Duration timeout) throws EngineException, InterruptedException {
        var container = containers.index().startingWith(idOrPrefix);
        if (container.isPresent() && !(container.get().state() instanceof ContainerState.Exited)) {
            var id = container.get().id();
            operations.run(
                    "stop-container %s within %s".formatted(id, timeout),
                    Stage.STOP_CONTAINER_ACCEPTED,
                    Object.class,
                    progress -> {
                        stop(settled(container.get()), timeout, progress);
                        return id;
                    });
        }
    }

    /** A start that was asked for is waited for: what is asked to stop after that must not run on. */
    private Container settled(Container container) throws InterruptedException {
        if (!(container.state() instanceof ContainerState.Created)) {
            return container;
        }
        operations.awaitEnd(StartContainer.key(container.record()));
        return containers.index().exactly(container.id()).orElse(container);
    }

    private void stop(Container container, Duration timeout, Progress progress)
            throws EngineException, InterruptedException {
        if (container.state() instanceof ContainerState.Running running) {
            stop(container.record(), running, timeout, progress);
        }
    }

    private void stop(ContainerRecord record, ContainerState.Running running, Duration timeout, Progress progress)
            throws EngineException, InterruptedException {
        try {
            if (timeout.isPositive() && record.stopSignal() != StopSignal.SIGKILL) {
                running.shim().signal(record.stopSignal());
                progress.reached(Stage.STOP_CONTAINER_SIGNALLED);
                if (running.ended().await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            kill(record, running);
            progress.reached(Stage.STOP_CONTAINER_KILLED);
        } catch (IOException e) {
            throw new EngineException(
                    Code.INTERNAL, "stop container %s: %s".formatted(record.label(), Reason.of(e)), e);
        }
    }

    /** Kills every process of the container and waits for its end. */
    void kill(ContainerRecord record, ContainerState.Running running)
            throws EngineException, IOException, InterruptedException {
        running.shim().signal(StopSignal.SIGKILL);
        containers.cgroup(record).kill();
        if (!running.ended().await(UNKILLABLE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new EngineException(
                    Code.DEADLINE_EXCEEDED,
                    "stop container %s: killed, but not gone after %d s: %s"
                            .formatted(
                                    record.label(),
                                    UNKILLABLE.toSeconds(),
                                    Survivor.describe(running.shim().init().pid())));
        }
    }
}
