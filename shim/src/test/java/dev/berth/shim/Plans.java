package dev.berth.shim;

import dev.berth.shim.plan.Bytes;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Launch plans as the tests need them. */
final class Plans {
    static final long NEWNS = 0x00020000;
    static final long NEWCGROUP = 0x02000000;
    static final long NEWUTS = 0x04000000;
    static final long NEWIPC = 0x08000000;
    static final long NEWPID = 0x20000000;
    static final long NEWNET = 0x40000000;
    static final long DEFAULT_CAPABILITIES = 0xa80425fbL;

    private static final int S_IFCHR = 0020000;
    private static final long NOSUID_NODEV_NOEXEC = 2 | 4 | 8;

    private Plans() {}

    /** A container with its own PID and mount namespaces that runs a shell script. */
    static LaunchPlan container(Path root, String script) {
        return new LaunchPlan(NEWPID, Optional.empty(), steps(root, List.of(), shell(script)));
    }

    static List<Step> steps(Path root, List<Step> first, Step.Exec last) {
        List<Step> steps = new ArrayList<>(List.of(new Step.OpenTree(0, root.toString(), true)));
        steps.addAll(first);
        steps.addAll(List.of(
                new Step.Unshare(NEWNS | NEWCGROUP),
                new Step.Root(0),
                new Step.CreateMount(1, "proc", "proc", List.of(), NOSUID_NODEV_NOEXEC),
                new Step.AttachMount(1, "/proc", 0, 0, false, 0),
                new Step.CreateMount(2, "tmpfs", "tmpfs", List.of("mode=755", "size=65536k"), 2),
                new Step.AttachMount(2, "/dev", 0, 0, false, 0),
                new Step.CreateMount(
                        3, "devpts", "devpts", List.of("newinstance", "ptmxmode=0666", "mode=0620", "gid=5"), 2 | 8),
                new Step.AttachMount(3, "/dev/pts", 0, 0, false, 0),
                new Step.MakeNode("/dev/null", S_IFCHR, 0666, 1, 3, 0, 0),
                new Step.MakeSymlink("pts/ptmx", "/dev/ptmx"),
                new Step.MakeSymlink("/proc/self/fd/1", "/dev/stdout"),
                new Step.Mask("/proc/kcore"),
                new Step.Mask("/proc/timer_list"),
                new Step.Mask("/proc/acpi"),
                new Step.Mask("/proc/scsi"),
                new Step.Mask("/proc/does-not-exist"),
                new Step.ReadOnly("/proc/sys"),
                new Step.PivotRoot(false)));
        steps.addAll(program("/", last));
        return steps;
    }

    /** The steps from the session to the program, the same for containers and commands. */
    static List<Step> program(String directory, Step.Exec last) {
        return List.of(
                new Step.Session(),
                new Step.BoundingCapabilities(DEFAULT_CAPABILITIES),
                new Step.Credentials(0, 0, List.of(), DEFAULT_CAPABILITIES, DEFAULT_CAPABILITIES, 0, 0),
                new Step.NoNewPrivileges(),
                new Step.WorkingDirectory(directory, false),
                last);
    }

    static LaunchPlan exec(String... command) {
        List<Step> steps =
                new ArrayList<>(List.of(new Step.EnterNamespaces(Step.EnterNamespaces.CONTAINER_INIT, NEWNS | NEWPID)));
        steps.addAll(program("/", command(command)));
        return new LaunchPlan(0, Optional.empty(), steps);
    }

    static Step.Exec shell(String script) {
        return command("/bin/sh", "-c", script);
    }

    static Step.Exec command(String... words) {
        return new Step.Exec(
                List.of(words).stream().map(Bytes::utf8).toList(), List.of(Bytes.utf8("PATH=/bin"), Bytes.utf8("A=b")));
    }
}
