package dev.berth.cri.container;

import dev.berth.cri.record.Times;
import dev.berth.cri.record.Trees;
import dev.berth.image.ImageStore;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimDirectory;
import dev.berth.shim.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** At the daemon's start: adopts the containers that live, learns how the others ended, undoes half-made ones. */
public final class RecoverContainers {
    private static final Logger LOG = LoggerFactory.getLogger(RecoverContainers.class);

    private final Containers containers;
    private final Shims shims;
    private final RemoveContainer remove;
    private final WritableLayers layers;
    private final ImageStore images;

    public RecoverContainers(
            Containers containers, Shims shims, RemoveContainer remove, WritableLayers layers, ImageStore images) {
        this.containers = containers;
        this.shims = shims;
        this.remove = remove;
        this.layers = layers;
        this.images = images;
    }

    /** One damaged container does not keep the others from being recovered: it is logged and left for the next start. */
    public void recover() throws IOException {
        for (Path directory : Trees.children(containers.parent())) {
            try {
                recover(new ContainerDirectory(directory));
            } catch (IOException e) {
                LOG.error("container {} could not be recovered and is left as it is", directory.getFileName(), e);
            }
        }
        layers.sweep(id -> Files.isDirectory(containers.directory(id).path()));
        images.leasesRestored();
    }

    private void recover(ContainerDirectory directory) throws IOException {
        var loaded = directory.load();
        if (loaded.isEmpty()) {
            directory.delete();
            return;
        }
        var record = loaded.get();
        switch (record.phase()) {
            case CREATING, REMOVING -> {
                LOG.info("container {}: finishing its removal ({})", record.label(), record.phase());
                containers.cgroup(record).kill();
                remove.release(record);
            }
            case CREATED -> {
                containers.hold(images.restoreLease(record.id(), record.layers()));
                show(record, directory);
            }
        }
    }

    /** A live shim means running; its exit record, exited; its pid file alone, that it was killed. */
    private void show(ContainerRecord record, ContainerDirectory directory) throws IOException {
        var shim = shims.adopt(directory.path());
        var end = directory.loadEnd();
        if (shim.isPresent()) {
            running(record, shim.get());
        } else if (end.isPresent()) {
            containers.enter(record, end.get());
        } else if (Files.exists(pidFile(directory))) {
            containers.enter(record, ended(record, directory));
        } else {
            containers.enter(record, new ContainerState.Created());
        }
    }

    private void running(ContainerRecord record, Shim shim) throws IOException {
        containers.enterRunning(record, shim, startedAt(containers.directory(record.id())));
        LOG.info("container {} still runs, pid {}", record.label(), shim.init().pid());
    }

    private ContainerState.Exited ended(ContainerRecord record, ContainerDirectory directory) throws IOException {
        var startedAt = startedAt(directory);
        var exit = shims.exitRecord(directory.path());
        var cgroup = containers.cgroup(record);
        cgroup.kill();
        cgroup.remove();
        var end = exit.isPresent()
                ? ExitWatch.exited(startedAt, exit.get())
                : ExitWatch.lost(containers, record, startedAt);
        LOG.info("container {} exited meanwhile with code {} ({})", record.label(), end.exitCode(), end.reason());
        return end;
    }

    private static long startedAt(ContainerDirectory directory) throws IOException {
        return Times.nanos(Files.getLastModifiedTime(pidFile(directory)).toInstant());
    }

    private static Path pidFile(ContainerDirectory directory) {
        return new ShimDirectory(directory.path()).pid();
    }
}
