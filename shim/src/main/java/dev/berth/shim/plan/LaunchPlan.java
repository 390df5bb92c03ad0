package dev.berth.shim.plan;

import java.util.List;
import java.util.Optional;

/**
 * Everything berth-shim needs to start one process: how to clone it, and the steps it then executes.
 *
 * @param cloneFlags {@code CLONE_NEW*} of clone3(2) for the process (a new PID or user namespace); 0 for an exec
 * @param cgroup2 directory of the v2 cgroup to be cloned into, if any
 * @param steps what the process does, in order; the last is {@link Step.Exec}, except in a sandbox's plan
 */
public record LaunchPlan(long cloneFlags, Optional<String> cgroup2, List<Step> steps) {
    public LaunchPlan {
        steps = List.copyOf(steps);
    }
}
