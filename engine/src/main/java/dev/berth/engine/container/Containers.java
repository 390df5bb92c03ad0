package dev.berth.engine.container;

import dev.berth.cgroup.Cgroup;
import dev.berth.cgroup.CgroupHost;
import dev.berth.engine.limits.EnforcedLimits;
import dev.berth.engine.operation.Turns;
import dev.berth.engine.record.IdIndex;
import dev.berth.engine.request.ResourceInput;
import dev.berth.image.garbage.ImageLease;
import dev.berth.shim.Shim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** The containers of this node: where they lie on disk, and what they are now. */
public final class Containers {
    private final Path directory;
    private final CgroupHost cgroups;
    private final Turns turns;
    private final IdIndex<Container> index = new IdIndex<>("container");
    private final ConcurrentHashMap<String, List<ImageLease>> leases = new ConcurrentHashMap<>();
    private final Specs specs = new Specs(this);

    public Containers(Path stateDirectory, CgroupHost cgroups, Turns turns) {
        this.directory = stateDirectory.resolve("containers");
        this.cgroups = cgroups;
        this.turns = turns;
    }

    /** The containers by id. */
    public IdIndex<Container> index() {
        return index;
    }

    Turns turns() {
        return turns;
    }

    public ContainerDirectory directory(String id) {
        return new ContainerDirectory(directory.resolve(id));
    }

    Specs specs() {
        return specs;
    }

    Path parent() {
        return directory;
    }

    public Cgroup cgroup(ContainerRecord record) {
        return cgroup(record.cgroup());
    }

    /** A cgroup by its path; IllegalArgumentException if the path is not one. */
    public Cgroup cgroup(String path) {
        return cgroups.at(path);
    }

    /** Ends what an ended container left running, and what was made for it to run. Safe to repeat. */
    void clear(ContainerRecord record) throws IOException {
        var cgroup = cgroup(record);
        cgroup.kill();
        if (record.runtime().isPresent()) {
            record.runtime().get().delete(record.id());
        }
        cgroup.remove();
    }

    public List<Container> of(String sandboxId) {
        return index.all().stream()
                .filter(container -> container.record().sandboxId().equals(sandboxId))
                .toList();
    }

    /** The limits in force; of a container that has exited, the last that were. */
    public ResourceInput limits(Container container) {
        var recorded = container.record().resources();
        return container.state() instanceof ContainerState.Exited
                ? recorded
                : EnforcedLimits.of(cgroup(container.record()), recorded);
    }

    /** Keeps the layers of a container's images until the container is released. */
    void hold(String id, List<ImageLease> held) {
        leases.put(id, held);
    }

    /** Gives back what is held for a container. */
    void release(String id) {
        specs.forget(id);
        var held = leases.remove(id);
        if (held != null) {
            held.forEach(ImageLease::close);
        }
    }

    /** Shows a container as running, and watches for its end. */
    ContainerState.Running enterRunning(ContainerRecord record, Shim shim, long startedAt) {
        var running = new ContainerState.Running(shim, startedAt, new CountDownLatch(1));
        index.put(record.id(), new Container(record, running));
        Thread.ofVirtual().name("container " + record.id()).start(new ExitWatch(this, record, running));
        return running;
    }

    void enter(ContainerRecord record, ContainerState state) {
        index.put(record.id(), new Container(record, state));
    }
}
