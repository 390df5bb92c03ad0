package dev.berth.cri.lowering;

import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.cri.oci.Spec;
import dev.berth.cri.spec.SandboxInput;
import dev.berth.shim.plan.LaunchPlan;
import java.util.List;

/** Turns specs into launch plans. */
public final class Lowering {
    private Lowering() {}

    /** The plan of a container's init process. */
    public static LaunchPlan container(Spec spec, Placement placement) throws InvalidSpecException {
        throw new UnsupportedOperationException(spec.toString() + placement);
    }

    /** The plan of another process in a running container; its namespaces are those of the container's init. */
    public static LaunchPlan exec(Spec spec, List<String> argv, boolean terminal, ExecPlacement placement)
            throws InvalidSpecException {
        throw new UnsupportedOperationException(spec.toString() + placement + argv + terminal);
    }

    /** The plan of the process that holds a pod's namespaces. */
    public static LaunchPlan sandbox(SandboxInput sandbox, CgroupPlace cgroup) throws InvalidSpecException {
        throw new UnsupportedOperationException(sandbox.toString() + cgroup);
    }
}
