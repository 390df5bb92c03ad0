package dev.berth.engine.lowering;

import dev.berth.engine.oci.ContainerProcess;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Linux;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.pod.SandboxInput;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns specs into launch plans. */
public final class Lowering {
    private Lowering() {}

    /** The plan of a container's init process. */
    public static LaunchPlan container(Spec spec, Placement placement) throws InvalidSpecException {
        checkFilter(spec, placement.filter());
        ProcessSteps process = new ProcessSteps(spec.process(), placement.filter());
        MountSteps mounts = MountSteps.of(spec, placement);
        NamespaceSteps own = NamespaceSteps.of(spec.linux().namespaces(), placement.members());
        NamespaceSteps namespaces = mounts.inPod().isEmpty() && !own.mapsIds() ? own : own.throughPod();
        List<Step> steps = new ArrayList<>(streamOwner(spec));
        steps.addAll(mounts.onHost());
        steps.addAll(attach(placement.cgroup()));
        steps.addAll(process.inHostProc());
        steps.addAll(namespaces.enter());
        steps.addAll(mounts.inNamespaces());
        steps.addAll(namespaces.enterUsers());
        steps.addAll(mounts.inPod());
        steps.add(new Step.Unshare(namespaces.unshared()));
        steps.addAll(kernelSettings(spec));
        steps.addAll(mounts.inContainer());
        steps.addAll(rootFinished(spec));
        steps.addAll(process.inContainer());
        return new LaunchPlan(namespaces.cloned(), placement.cgroup().directory(), steps);
    }

    /** The plan of another process in a running container; its namespaces are those of the container's init. */
    public static LaunchPlan exec(Spec spec, List<String> argv, boolean terminal, ExecPlacement placement)
            throws InvalidSpecException {
        checkFilter(spec, placement.filter());
        if (argv.isEmpty()) {
            throw new InvalidSpecException("exec: no command");
        }
        ContainerProcess process = spec.process().running(argv, terminal);
        ProcessSteps own = new ProcessSteps(process, placement.filter());
        List<Step> steps = new ArrayList<>(attach(placement.cgroup()));
        steps.addAll(own.inHostProc());
        long users = spec.linux().mapsIds() ? CloneFlag.NEWUSER : 0;
        steps.addAll(streamOwner(spec));
        steps.add(new Step.EnterNamespaces(Step.EnterNamespaces.CONTAINER_INIT, CloneFlag.EVERY | users));
        steps.addAll(own.inContainer());
        return new LaunchPlan(0, placement.cgroup().directory(), steps);
    }

    /** The plan of the process that holds a pod's namespaces. */
    public static LaunchPlan sandbox(SandboxInput sandbox, CgroupPlace cgroup) throws InvalidSpecException {
        return SandboxSteps.plan(sandbox, cgroup);
    }

    /** The plan of a sandbox whose holder joins a network namespace, the first descriptor, instead of making one. */
    public static LaunchPlan joiningNetwork(LaunchPlan sandbox) {
        return SandboxSteps.joiningNetwork(sandbox);
    }

    /** The ends of pipes are files of the host's: it gives them to whom the container's user is there. */
    private static List<Step> streamOwner(Spec spec) {
        return spec.linux().uidMappings().stream()
                .<Step>map(ids -> new Step.StreamOwner(
                        (int) (ids.hostId() + spec.process().user().uid())))
                .toList();
    }

    static List<Step> attach(CgroupPlace cgroup) {
        return cgroup.tasksFiles().stream().<Step>map(Step.AttachCgroup::new).toList();
    }

    /** Through the host's /proc, which shows each process the settings of its own namespaces. */
    private static List<Step> kernelSettings(Spec spec) {
        List<Step> steps = new ArrayList<>();
        if (spec.hostname() != null) {
            steps.add(new Step.Hostname(spec.hostname()));
        }
        spec.linux().sysctl().forEach((name, value) -> steps.add(new Step.Sysctl(name, value)));
        return steps;
    }

    /** The working directory is made while the root can still be written to. */
    private static List<Step> rootFinished(Spec spec) {
        Linux linux = spec.linux();
        List<Step> steps = new ArrayList<>();
        if (!spec.process().cwd().equals("/")) {
            steps.add(new Step.MakeDirectory(spec.process().cwd(), 0755, 0, 0));
        }
        linux.readonlyPaths().forEach(path -> steps.add(new Step.ReadOnly(path)));
        linux.maskedPaths().forEach(path -> steps.add(new Step.Mask(path)));
        steps.add(new Step.PivotRoot(spec.root().readonly()));
        return steps;
    }

    /** A container must not run without the filter its spec demands. */
    private static void checkFilter(Spec spec, Optional<Step.Seccomp> filter) {
        if ((spec.linux().seccomp() != null) != filter.isPresent()) {
            throw new IllegalArgumentException("the compiled filter does not belong to the spec");
        }
    }
}
