package dev.berth.engine.container;

import dev.berth.engine.lowering.BundleLowering;
import dev.berth.engine.lowering.CgroupPlace;
import dev.berth.engine.lowering.CgroupView;
import dev.berth.engine.lowering.ExecPlacement;
import dev.berth.engine.lowering.Lowering;
import dev.berth.engine.lowering.Placement;
import dev.berth.engine.lowering.SeccompFilters;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.runtime.Bundle;
import dev.berth.engine.seccomp.SeccompProfiles;
import dev.berth.engine.snapshot.WritableLayers;
import dev.berth.linux.Fd;
import dev.berth.linux.process.Descriptors;
import dev.berth.linux.process.Pidfd;
import dev.berth.linux.process.ProcessIdentity;
import dev.berth.shim.ContainerLaunch;
import dev.berth.shim.ExecOptions;
import dev.berth.shim.Execution;
import dev.berth.shim.Logging;
import dev.berth.shim.Shim;
import dev.berth.shim.Shims;
import dev.berth.shim.plan.LaunchPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Hands a container's spec, lowered to a launch plan, to a shim. */
public final class Launch {
    private final Containers containers;
    private final WritableLayers layers;
    private final Shims shims;
    private final SeccompProfiles profiles;
    private final CgroupView cgroupView;

    public Launch(
            Containers containers,
            WritableLayers layers,
            Shims shims,
            SeccompProfiles profiles,
            CgroupView cgroupView) {
        this.containers = containers;
        this.layers = layers;
        this.shims = shims;
        this.profiles = profiles;
        this.cgroupView = cgroupView;
    }

    /** Starts a container; its command runs when this returns. */
    Shim container(ContainerRecord record, Shim holder, Progress progress) throws InvalidSpecException, IOException {
        var directory = containers.directory(record.id());
        var spec = containers.specs().of(record.id());
        var members = new ArrayList<ProcessIdentity>();
        members.add(holder.init());
        record.target().ifPresent(members::add);
        var plan = plan(record, spec, members);
        var descriptors = new ArrayList<Fd>();
        try {
            for (ProcessIdentity member : members) {
                descriptors.add(pidfd(member));
            }
            if (spec.linux().mapsIds()) {
                descriptors.add(users(holder.init()));
            }
            if (record.runtime().isPresent()) {
                descriptors.add(Descriptors.readOnly("/proc/self/ns/mnt"));
            }
            progress.reached(Stage.START_CONTAINER_PREPARED);
            return shims.startContainer(new ContainerLaunch(
                    record.id(),
                    directory.path(),
                    plan,
                    descriptors,
                    logging(record),
                    record.config().stdin(),
                    record.config().stdinOnce(),
                    record.config().terminal(),
                    containers.cgroup(record).oomFile()));
        } finally {
            descriptors.forEach(Fd::close);
        }
    }

    /** Runs another command in a container; the end of the execution is the caller's to await. */
    public Execution exec(ContainerRecord record, Shim shim, List<String> command, ExecOptions options)
            throws InvalidSpecException, IOException {
        var spec = containers.specs().of(record.id());
        return shim.exec(plan(record, spec, command, options.terminal()), options);
    }

    private LaunchPlan plan(ContainerRecord record, Spec spec, List<String> command, boolean terminal)
            throws InvalidSpecException, IOException {
        if (record.runtime().isPresent()) {
            return BundleLowering.exec(spec, command, terminal, record.runtime().get(), record.id());
        }
        return Lowering.exec(
                spec, command, terminal, new ExecPlacement(place(record), SeccompFilters.of(spec, profiles)));
    }

    private LaunchPlan plan(ContainerRecord record, Spec spec, List<ProcessIdentity> members)
            throws InvalidSpecException, IOException {
        var placement = placement(record, spec, members);
        if (record.runtime().isEmpty()) {
            return Lowering.container(spec, placement);
        }
        // an earlier start whose daemon has died with its shim
        record.runtime().get().delete(record.id());
        var bundle = Bundle.in(containers.directory(record.id()).path());
        var bundled = BundleLowering.container(
                spec, placement, bundle, record.runtime().get(), record.id());
        bundle.write(bundled.spec());
        return bundled.plan();
    }

    /** Ends what a failed start may have left: the failure may have come after the container was there. */
    void end(ContainerRecord record) throws IOException {
        var directory = containers.directory(record.id());
        containers.cgroup(record).kill();
        var left = shims.adopt(directory.path());
        if (left.isPresent()) {
            try (var shim = left.get()) {
                shim.signal(StopSignal.SIGKILL);
                shim.awaitExit();
            }
        }
        containers.clear(record);
    }

    private Placement placement(ContainerRecord record, Spec spec, List<ProcessIdentity> members)
            throws InvalidSpecException, IOException {
        return new Placement(
                record.layers(),
                layers.upper(record.id()),
                layers.work(record.id()),
                place(record),
                members.stream().map(ProcessIdentity::pid).toList(),
                spec.linux().mapsIds() ? OptionalInt.of(members.size()) : OptionalInt.empty(),
                PodFiles.SHM,
                cgroupView,
                SeccompFilters.of(spec, profiles));
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

    /** The pid may have become another's only if the holder is gone: it is looked for once more. */
    private static Fd users(ProcessIdentity holder) throws IOException {
        var users = Descriptors.readOnly("/proc/%d/ns/user".formatted(holder.pid()));
        try {
            pidfd(holder).close();
            return users;
        } catch (IOException e) {
            users.close();
            throw e;
        }
    }

    private static Fd pidfd(ProcessIdentity member) throws IOException {
        return Pidfd.open(member)
                .orElseThrow(() ->
                        new IOException("process " + member.pid() + ", whose namespaces are to be joined, is gone"));
    }
}
