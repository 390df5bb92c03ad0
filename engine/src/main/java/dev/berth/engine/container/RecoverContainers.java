package dev.berth.engine.container;

import dev.berth.engine.record.Trees;
import dev.berth.engine.snapshot.WritableLayers;
import dev.berth.image.ImageStore;
import dev.berth.image.garbage.ImageLease;
import dev.berth.shim.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        boolean complete = true;
        for (Path directory : Trees.children(containers.parent())) {
            try {
                recover(new ContainerDirectory(directory));
            } catch (IOException | RuntimeException e) {
                complete = false;
                LOG.error("container {} could not be recovered and is left as it is", directory.getFileName(), e);
            }
        }
        layers.sweep(id -> Files.isDirectory(containers.directory(id).path()));
        if (complete) {
            images.leasesRestored();
        } else {
            images.leasesUncertain();
        }
    }

    private void recover(ContainerDirectory directory) throws IOException {
        var loaded = directory.load();
        if (loaded.isEmpty()) {
            if (shims.adopt(directory.path()).isPresent()) {
                throw new IOException(directory.path() + " has a live shim but no record");
            }
            directory.delete();
            return;
        }
        var record = loaded.get();
        switch (record.phase()) {
            case CREATING, REMOVING -> {
                LOG.info("container {}: finishing its removal ({})", record.label(), record.phase());
                remove.release(record);
            }
            case CREATED -> {
                containers.hold(record.id(), leases(record));
                show(record, directory);
            }
        }
    }

    private List<ImageLease> leases(ContainerRecord record) throws IOException {
        var leases = new ArrayList<ImageLease>();
        leases.add(images.restoreLease(record.id(), record.layers()));
        for (List<Path> volume : record.volumeLayers()) {
            leases.add(images.restoreLease(record.id(), volume));
        }
        return leases;
    }

    /** A live shim means running; its exit record, exited; its pid file alone, that it was killed. */
    private void show(ContainerRecord record, ContainerDirectory directory) throws IOException {
        var shim = shims.adopt(directory.path());
        if (shim.isPresent()) {
            containers.enterRunning(record, shim.get(), directory.startedAt());
            LOG.info(
                    "container {} still runs, pid {}",
                    record.label(),
                    shim.get().init().pid());
            return;
        }
        var end = directory.loadEnd();
        if (end.isEmpty() && !directory.started()) {
            containers.enter(record, new ContainerState.Created());
            return;
        }
        ExitWatch.clear(containers, record);
        containers.enter(record, end.isPresent() ? end.get() : ended(record, directory));
    }

    private ContainerState.Exited ended(ContainerRecord record, ContainerDirectory directory) throws IOException {
        var end = ExitWatch.end(containers, record, directory.startedAt(), shims.exitRecord(directory.path()));
        LOG.info("container {} exited meanwhile with code {} ({})", record.label(), end.exitCode(), end.reason());
        return end;
    }
}
