package dev.berth.engine.lowering;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.pod.SandboxInput;
import dev.berth.engine.pod.Sysctls;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.NamespaceMode;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The plan of a pod's holder: its namespaces, their settings, and the pod's /dev/shm. */
final class SandboxSteps {
    private static final String ROOT_SIZE = "size=65536";
    private static final String SHM_SIZE = "size=67108864";

    private SandboxSteps() {}

    static LaunchPlan plan(SandboxInput sandbox, CgroupPlace cgroup) throws InvalidSpecException {
        NamespaceInput namespaces = sandbox.namespaces();
        Map<String, String> sysctls = Sysctls.of(sandbox);
        List<Step> steps = new ArrayList<>(Lowering.attach(cgroup));
        // first: what is unshared afterwards belongs to it, and its root has no power over the host's
        namespaces
                .userNamespace()
                .ifPresent(user -> steps.add(
                        new Step.UserNamespace(user.uids().map(), user.gids().map())));
        steps.add(new Step.Unshare(flags(namespaces)));
        if (!namespaces.hostNetwork()) {
            steps.add(new Step.LoopbackUp());
            if (!sandbox.hostname().isEmpty()) {
                steps.add(new Step.Hostname(sandbox.hostname()));
            }
        }
        sysctls.forEach((name, value) -> steps.add(new Step.Sysctl(name, value)));
        steps.addAll(emptyRoot(sandbox));
        steps.addAll(powerless());
        long clone = namespaces.pid() == NamespaceMode.POD ? CloneFlag.NEWPID : 0;
        return new LaunchPlan(clone, cgroup.directory(), steps);
    }

    /** The same plan for a network namespace that was made already, with its loopback up: the plan's first descriptor. */
    static LaunchPlan joiningNetwork(LaunchPlan own) {
        List<Step> steps = new ArrayList<>();
        for (Step step : own.steps()) {
            if (step instanceof Step.Unshare(long flags)) {
                steps.add(new Step.EnterNamespaces(0, CloneFlag.NEWNET));
                steps.add(new Step.Unshare(flags & ~CloneFlag.NEWNET));
            } else if (!(step instanceof Step.LoopbackUp)) {
                steps.add(step);
            }
        }
        return new LaunchPlan(own.cloneFlags(), own.cgroup2(), steps);
    }

    /** A pod on the host's network has the host's name too. */
    private static long flags(NamespaceInput namespaces) {
        long network = namespaces.hostNetwork() ? 0 : CloneFlag.NEWNET | CloneFlag.NEWUTS;
        long ipc = namespaces.hostIpc() ? 0 : CloneFlag.NEWIPC;
        return CloneFlag.NEWNS | network | ipc;
    }

    /**
     * The holder sees nothing but the pod's shm: in a shared PID namespace its /proc entry is in reach of containers. The
     * containers' mount namespaces are made from its own, which costs the less the fewer mounts there are.
     */
    private static List<Step> emptyRoot(SandboxInput sandbox) {
        List<Step> steps = new ArrayList<>();
        long attributes = MountOptions.NOSUID | MountOptions.NODEV | MountOptions.NOEXEC;
        steps.add(new Step.CreateMount(0, "tmpfs", "holder", List.of("mode=755", ROOT_SIZE), attributes));
        steps.add(new Step.Root(0));
        if (!sandbox.namespaces().hostIpc()) {
            String shm = PodFiles.SHM.toString();
            steps.add(new Step.MakeDirectory(shm, 0755, 0, 0));
            steps.add(new Step.CreateMount(1, "tmpfs", "shm", List.of("mode=1777", SHM_SIZE), attributes));
            steps.add(new Step.AttachMount(1, shm, 0, 0, false, 0));
        }
        steps.add(new Step.PivotRoot(true));
        return steps;
    }

    /** What is left to do, holding and reaping, needs no capability. */
    private static List<Step> powerless() {
        return List.of(
                new Step.BoundingCapabilities(0),
                new Step.Credentials(0, 0, List.of(), 0, 0, 0, 0),
                new Step.NoNewPrivileges());
    }
}
