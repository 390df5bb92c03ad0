package dev.berth.cri.lowering;

import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.cri.spec.NamespaceInput;
import dev.berth.cri.spec.NamespaceMode;
import dev.berth.cri.spec.SandboxInput;
import dev.berth.cri.spec.Sysctls;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The plan of a pod's holder: its namespaces, their settings, and the pod's /dev/shm. */
final class SandboxSteps {
    private static final String SHM_SIZE = "size=67108864";

    private SandboxSteps() {}

    static LaunchPlan plan(SandboxInput sandbox, CgroupPlace cgroup) throws InvalidSpecException {
        NamespaceInput namespaces = sandbox.namespaces();
        Map<String, String> sysctls = Sysctls.of(sandbox);
        List<Step> steps = new ArrayList<>(Lowering.attach(cgroup));
        long flags = flags(namespaces);
        if (flags != 0) {
            steps.add(new Step.Unshare(flags));
        }
        if (!namespaces.hostNetwork()) {
            steps.add(new Step.LoopbackUp());
            if (!sandbox.hostname().isEmpty()) {
                steps.add(new Step.Hostname(sandbox.hostname()));
            }
        }
        sysctls.forEach((name, value) -> steps.add(new Step.Sysctl(name, value)));
        if (!namespaces.hostIpc()) {
            steps.addAll(shm(sandbox));
        }
        long clone = namespaces.pid() == NamespaceMode.POD ? CloneFlag.NEWPID : 0;
        return new LaunchPlan(clone, cgroup.directory(), steps);
    }

    /** A pod on the host's network has the host's name too; the mount namespace is for the shm alone. */
    private static long flags(NamespaceInput namespaces) {
        long network = namespaces.hostNetwork() ? 0 : CloneFlag.NEWNET | CloneFlag.NEWUTS;
        long ipc = namespaces.hostIpc() ? 0 : CloneFlag.NEWIPC | CloneFlag.NEWNS;
        return network | ipc;
    }

    private static List<Step> shm(SandboxInput sandbox) {
        long attributes = MountOptions.NOSUID | MountOptions.NODEV | MountOptions.NOEXEC;
        return List.of(
                new Step.CreateMount(0, "tmpfs", "shm", List.of("mode=1777", SHM_SIZE), attributes),
                new Step.AttachMount(0, sandbox.files().shm().toString(), 0, 0, false, 0));
    }
}
