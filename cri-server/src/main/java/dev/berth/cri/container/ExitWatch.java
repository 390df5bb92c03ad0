package dev.berth.cri.container;

import dev.berth.cri.record.Times;
import dev.berth.shim.ExitRecord;
import dev.berth.shim.ShimLostException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a container's end, releases its cgroup and shows it as exited. */
record ExitWatch(Containers containers, ContainerRecord container, ContainerState.Running running) implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ExitWatch.class);

    /** What is reported of a container whose end nobody saw, as containerd does. */
    private static final int UNKNOWN_CODE = 255;

    @Override
    public void run() {
        try {
            ended(exited(running.startedAt(), running.shim().awaitExit()));
        } catch (ShimLostException e) {
            ended(lost(containers, container, running.startedAt()));
        } catch (IOException e) {
            LOG.error(
                    "container {}: watching its shim failed, its end is not known until a restart",
                    container.label(),
                    e);
        }
    }

    private void ended(ContainerState.Exited end) {
        try {
            var cgroup = containers.cgroup(container);
            cgroup.kill();
            cgroup.remove();
        } catch (IOException e) {
            LOG.warn("container {}: its cgroup could not be removed yet: {}", container.label(), e.getMessage());
        }
        running.shim().close();
        containers.index().replace(container.id(), each -> each.in(end));
        running.ended().countDown();
        LOG.info("container {} exited with code {} ({})", container.label(), end.exitCode(), end.reason());
    }

    static ContainerState.Exited exited(long startedAt, ExitRecord record) {
        var reason = record.oomKilled() ? "OOMKilled" : record.code() == 0 ? "Completed" : "Error";
        return new ContainerState.Exited(startedAt, Times.nanos(record.finishedAt()), record.code(), reason, "");
    }

    /** The end of a container whose shim was killed; remembered, since no shim recorded it. */
    static ContainerState.Exited lost(Containers containers, ContainerRecord container, long startedAt) {
        var end = new ContainerState.Exited(
                startedAt,
                Times.now(),
                UNKNOWN_CODE,
                "Unknown",
                "the container's supervisor was killed; how the container ended is not known");
        try {
            containers.directory(container.id()).saveEnd(end);
        } catch (IOException e) {
            LOG.warn("container {}: its end could not be recorded: {}", container.label(), e.getMessage());
        }
        return end;
    }
}
