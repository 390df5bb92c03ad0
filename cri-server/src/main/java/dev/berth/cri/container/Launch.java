package dev.berth.cri.container;

import dev.berth.cri.lowering.CgroupPlace;
import dev.berth.cri.lowering.CgroupView;
import dev.berth.cri.lowering.ExecPlacement;
import dev.berth.cri.lowering.Lowering;
import dev.berth.cri.lowering.Placement;
import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.cri.oci.Spec;
import dev.berth.cri.operation.Progress;
import dev.berth.cri.operation.Stage;
import dev.berth.cri.record.Times;
import dev.berth.cri.sandbox.Sandboxes;
import dev.berth.linux.Fd;
import dev.berth.linux.process.Pidfd;
import dev.berth.linux.process.ProcessIdentity;
import dev.berth.shim.ContainerLaunch;
import dev.berth.shim.Execution;
import dev.berth.shim.Logging;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimDirectory;
import dev.berth.shim.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hands a container's spec, lowered to a launch plan, to a shim. */
public final class Launch {
    private final Containers containers;
    private final Sandboxes sandboxes;
    private final WritableLayers layers;
    private final Shims shims;
    private final SeccompFilters filters;
    private final CgroupView cgroupView;

    public Launch(
            Containers containers,
            Sandboxes sandboxes,
            WritableLayers layers,
            Shims shims,
            SeccompFilters filters,
            CgroupView cgroupView) {
        this.containers = containers;
        this.sandboxes = sandboxes;
        this.layers = layers;
        this.shims = shims;
        this.filters = filters;
        this.cgroupView = cgroupView;
    }

    /** Starts a container; its command runs when this returns. */
    Shim container(ContainerRecord record, Shim holder, Progress progress) throws InvalidSpecException, IOException {
        var directory = containers.directory(record.id());
        var spec = directory.spec();
        var members = new ArrayList<Integer>();
        members.add(holder.shimPid());
        record.targetPid().ifPresent(members::add);
        var plan = Lowering.container(spec, placement(record, spec, members));
        var pidfds = new ArrayList<Fd>();
        try {
            for (int pid : members) {
                pidfds.add(pidfd(pid));
            }
            progress.reached(Stage.START_CONTAINER_PREPARED);
            return shims.startContainer(new ContainerLaunch(
                    record.id(),
                    directory.path(),
                    plan,
                    pidfds,
                    logging(record),
                    record.config().stdin(),
                    record.config().stdinOnce(),
                    record.config().terminal(),
                    containers.cgroup(record).oomFile()));
        } finally {
            pidfds.forEach(Fd::close);
        }
    }

    /** Runs another command in a container; the end of the execution is the caller's to await. */
    Execution exec(ContainerRecord record, Shim shim, List<String> command) throws InvalidSpecException, IOException {
        var spec = containers.directory(record.id()).spec();
        var placement = new ExecPlacement(place(record), filters.of(spec));
        return shim.exec(Lowering.exec(spec, command, false, placement));
    }

    /** When the container's command started: the shim writes its pid file just before. */
    long startedAt(ContainerRecord record) throws IOException {
        var pidFile = new ShimDirectory(containers.directory(record.id()).path()).pid();
        return Times.nanos(Files.getLastModifiedTime(pidFile).toInstant());
    }

    private Placement placement(ContainerRecord record, Spec spec, List<Integer> members) throws IOException {
        return new Placement(
                record.layers(),
                layers.upper(record.id()),
                layers.work(record.id()),
                place(record),
                members,
                sandboxes.directory(record.sandboxId()).files().shm(),
                cgroupView,
                filters.of(spec));
    }

    private CgroupPlace place(ContainerRecord record) {
        var cgroup = containers.cgroup(record);
        return new CgroupPlace(cgroup.v2Directory(), cgroup.tasksFiles());
    }

    private static Optional<Logging> logging(ContainerRecord record) {
        return record.logDirectory().isEmpty()
                ? Optional.empty()
                : Optional.of(new Logging(record.logDirectory(), record.config().logPath()));
    }

    private static Fd pidfd(int pid) throws IOException {
        var process = ProcessIdentity.of(pid);
        var pidfd = process.isPresent() ? Pidfd.open(process.get()) : Optional.<Fd>empty();
        return pidfd.orElseThrow(
                () -> new IOException("process " + pid + ", whose namespaces are to be joined, is gone"));
    }
}
