package dev.berth.shim;

import dev.berth.linux.Fd;
import dev.berth.shim.plan.LaunchPlan;
import java.nio.file.Path;
import java.util.List;

/**
 * A pod's namespaces to make and hold. The shim executes the plan itself; with {@code CLONE_NEWPID} among the clone
 * flags it is the first process of the pod's PID namespace, and its reaper.
 */
public record SandboxLaunch(String id, Path directory, LaunchPlan plan, List<Fd> descriptors) {
    public SandboxLaunch {
        descriptors = List.copyOf(descriptors);
    }
}
