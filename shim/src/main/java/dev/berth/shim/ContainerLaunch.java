package dev.berth.shim;

import dev.berth.linux.Fd;
import dev.berth.shim.directory.ShimDirectory;
import dev.berth.shim.plan.LaunchPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A container to start.
 *
 * @param directory the object's directory (see {@link ShimDirectory}), already made with mode 0700
 * @param descriptors what the plan's descriptor indices mean; they stay the caller's
 * @param stdin whether standard input is a pipe that attached clients can write to; otherwise it is /dev/null
 * @param stdinOnce whether standard input is closed when the first client that wrote to it leaves
 * @param terminal whether standard input, output and error are a terminal
 * @param oomFile the cgroup's file with the {@code oom_kill} counter ({@code memory.events} or {@code memory.oom_control})
 */
public record ContainerLaunch(
        String id,
        Path directory,
        LaunchPlan plan,
        List<Fd> descriptors,
        Optional<Logging> log,
        boolean stdin,
        boolean stdinOnce,
        boolean terminal,
        Optional<String> oomFile) {
    public ContainerLaunch {
        descriptors = List.copyOf(descriptors);
    }
}
