package dev.berth.engine.container;

import dev.berth.engine.record.Times;
import dev.berth.linux.Reason;
import dev.berth.shim.ShimLostException;
import dev.berth.shim.directory.ExitRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a container's end, releases its cgroup and shows it as exited. */
record ExitWatch(Containers containers, ContainerRecord container, ContainerState.Running running) implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ExitWatch.class);
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** What is reported of a container whose end nobody saw, as containerd does. */
    private static final int UNKNOWN_CODE = 255;

    @Override
    public void run() {
        var exit = awaitExit();
        clear(containers, container);
        var end = end(containers, container, running.startedAt(), exit);
        containers.index().replace(container.id(), each -> each.in(end));
        running.ended().countDown();
        running.shim().close();
        LOG.info("container {} exited with code {} ({})", container.label(), end.exitCode(), end.reason());
    }

    /** Empty if the shim is gone without a record. An error in watching says nothing about the container. */
    private Optional<ExitRecord> awaitExit() {
        while (true) {
            try {
                return Optional.of(running.shim().awaitExit());
            } catch (ShimLostException _) {
                return Optional.empty();
            } catch (IOException e) {
                LOG.warn("container {}: watching its shim failed, trying again: {}", container.label(), Reason.of(e));
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /** Ends what an ended container left running, and its cgroup; what does not go is left to its removal. */
    static void clear(Containers containers, ContainerRecord container) {
        try {
            containers.clear(container);
        } catch (IOException e) {
            LOG.warn("container {}: its cgroup could not be removed yet: {}", container.label(), Reason.of(e));
        }
    }

    /** How a container that was cleared ended. An end that no shim recorded is remembered here. */
    static ContainerState.Exited end(
            Containers containers, ContainerRecord container, long startedAt, Optional<ExitRecord> exit) {
        if (exit.isPresent()) {
            var record = exit.get();
            var reason = record.oomKilled() ? "OOMKilled" : record.code() == 0 ? "Completed" : "Error";
            return new ContainerState.Exited(startedAt, Times.nanos(record.finishedAt()), record.code(), reason, "");
        }
        var end = new ContainerState.Exited(
                startedAt,
                Times.now(),
                UNKNOWN_CODE,
                "Unknown",
                "the container's supervisor was killed; how the container ended is not known");
        try {
            containers.directory(container.id()).saveEnd(end);
        } catch (IOException e) {
            LOG.warn("container {}: its end could not be recorded: {}", container.label(), Reason.of(e));
        }
        return end;
    }
}
