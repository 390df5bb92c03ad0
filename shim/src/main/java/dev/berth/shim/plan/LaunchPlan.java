package dev.berth.shim.plan;

import java.util.List;
import java.util.Optional;

/**
 * Everything berth-shim needs to start one process: how to clone it, and the steps it then executes.
 *
 * @param cloneFlags {@code CLONE_NEW*} of clone3(2) for the process (a new PID or user namespace); 0 for an exec
 * @param cgroup2 directory of the v2 cgroup to be cloned into, if any
 * @param steps what the process does, in order; the last is {@link Step.Exec} or {@link Step.RuntimeCall}, except in a sandbox's plan
 */
public record LaunchPlan(long cloneFlags, Optional<String> cgroup2, List<Step> steps) {
    public LaunchPlan {
        steps = List.copyOf(steps);
    }

    /** The host path of the mount that a step attaches, maps or narrows; empty if it does none of these, or to another. */
    public Optional<String> hostPath(int step) {
        if (step < 0 || step >= steps.size()) {
            return Optional.empty();
        }
        return switch (steps.get(step)) {
            case Step.AttachMount attach -> opened(attach.slot(), step);
            case Step.MapIds map -> opened(map.slot(), step);
            case Step.Subtree part -> opened(part.slot(), step);
            default -> Optional.empty();
        };
    }

    /** A slot is filled more than once: what counts is who filled it last. */
    private Optional<String> opened(int slot, int before) {
        for (Step step : steps.subList(0, before).reversed()) {
            if (step instanceof Step.OpenTree open && open.slot() == slot) {
                return Optional.of(open.hostPath());
            }
            if (step instanceof Step.CreateMount made && made.slot() == slot) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
