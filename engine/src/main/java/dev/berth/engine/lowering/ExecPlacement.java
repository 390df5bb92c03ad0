package dev.berth.engine.lowering;

import dev.berth.shim.plan.Step;
import java.util.Optional;

/** Where a process that is added to a container runs: {@code filter} is the container's seccomp profile, compiled. */
public record ExecPlacement(CgroupPlace cgroup, Optional<Step.Seccomp> filter) {}
