package dev.berth.engine.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.engine.oci.Spec;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.pod.SandboxInput;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.spec.ContainerFixture;
import dev.berth.linux.mount.MountTable;
import dev.berth.shim.ContainerLaunch;
import dev.berth.shim.Logging;
import dev.berth.shim.SandboxLaunch;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimBinary;
import dev.berth.shim.Shims;
import dev.berth.shim.plan.LaunchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pod and a container of it, from their inputs to what the container's program sees. */
@Timeout(60)
class LaunchedContainerTest {
    private static final String SCRIPT = """
            b=/bin/busybox
            echo host $($b hostname)
            echo user $($b id -u):$($b id -g)
            echo inherited $($b sed -n 's/^CapInh:.//p' /proc/self/status)
            echo bounding $($b sed -n 's/^CapBnd:.//p' /proc/self/status)
            echo filter $($b sed -n 's/^Seccomp:.//p' /proc/self/status)
            echo pids $($b ls /proc | $b grep -c '^[0-9]*$')
            echo shm > /dev/shm/file && echo shm $($b cat /dev/shm/file)
            echo port $($b cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
            echo x > /proc/sys/kernel/domainname || echo proc read-only
            echo x > /sys/fs/cgroup/x || echo cgroups read-only
            echo mounts $($b grep -c cgroup /proc/self/mountinfo)
            echo x > /written && echo masked $($b wc -c < /proc/interrupts)
            echo links $($b readlink /dev/fd) $($b readlink /dev/ptmx)
            echo above $($b ls / | $b grep -c upper)
            """;

    @TempDir
    Path directory;

    private Path image;
    private ContainerFixture container;

    @BeforeEach
    void makeImage() throws IOException, InterruptedException {
        image = Files.createDirectory(directory.resolve("image"));
        copy(Path.of("/bin/busybox"));
        for (Path library : libraries()) {
            copy(library);
        }
        Files.createDirectories(directory.resolve("pod"));
        container = new ContainerFixture(image, directory.resolve("pod"));
    }

    @Test
    void aContainerSeesItsPodAndNothingElse() throws Exception {
        container.files.write("my-pod", false, Optional.empty());
        try (ShimBinary binary = ShimBinary.load(Path.of("../shim/target/berth-shim"))) {
            Shims shims = new Shims(binary, Duration.ofSeconds(60));
            Shim sandbox = shims.startSandbox(sandbox());
            try {
                List<String> said = run(shims, sandbox);
                assertTrue(
                        said.containsAll(List.of(
                                "host my-pod",
                                "user 0:0",
                                "inherited 0000000000000000",
                                "bounding 00000000a80425fb",
                                "filter 2",
                                "shm shm",
                                "port 0",
                                "proc read-only",
                                "cgroups read-only",
                                "masked 0",
                                "links /proc/self/fd pts/ptmx",
                                "above 0")),
                        said::toString);
                assertFalse(said.contains("mounts 0"), said::toString);
                assertEquals("x\n", Files.readString(directory.resolve("upper/written")));
            } finally {
                end(sandbox);
            }
        }
    }

    private List<String> run(Shims shims, Shim sandbox) throws Exception {
        Spec spec = container
                .running("/bin/busybox", "sh", "-c", SCRIPT)
                .heldBy(sandbox.init().pid())
                .confined()
                .spec();
        LaunchPlan plan =
                Lowering.container(spec, placement(spec, sandbox.init().pid()));
        Path logs = Files.createDirectory(directory.resolve("logs"));
        ContainerLaunch launch = new ContainerLaunch(
                "c1",
                own("c1"),
                plan,
                List.of(sandbox.initPidfd().orElseThrow()),
                Optional.of(new Logging(logs.toString(), "c1.log")),
                false,
                false,
                false,
                Optional.empty());
        try (Shim shim = shims.startContainer(launch)) {
            assertEquals(0, shim.awaitExit().code());
        }
        return Files.readString(logs.resolve("c1.log"))
                .lines()
                .map(line -> line.split(" ", 4)[3])
                .toList();
    }

    private Placement placement(Spec spec, int holder) throws Exception {
        return new Placement(
                List.of(image),
                Files.createDirectory(directory.resolve("upper")),
                Files.createDirectory(directory.resolve("work")),
                new CgroupPlace(Optional.empty(), List.of()),
                List.of(holder),
                OptionalInt.empty(),
                PodFiles.SHM,
                CgroupView.of(MountTable.read()),
                SeccompFilters.of(spec, container.profiles()));
    }

    private SandboxLaunch sandbox() throws Exception {
        SandboxInput input = new SandboxInput("s1", "my-pod", NamespaceInput.DEFAULT, Map.of(), container.files);
        LaunchPlan plan = Lowering.sandbox(input, new CgroupPlace(Optional.empty(), List.of()));
        return new SandboxLaunch("s1", own("s1"), plan, List.of());
    }

    private Path own(String id) throws IOException {
        return Files.createDirectory(
                directory.resolve(id),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void end(Shim sandbox) throws IOException {
        Optional<ProcessHandle> holder = ProcessHandle.of(sandbox.shimPid());
        sandbox.terminate();
        holder.ifPresent(process -> process.onExit().join());
        sandbox.close();
    }

    private void copy(Path file) throws IOException {
        Path target = image.resolve(Path.of("/").relativize(file));
        Files.createDirectories(image.resolve(target).resolve("..").normalize());
        Files.copy(file.toRealPath(), target);
    }

    private static List<Path> libraries() throws IOException, InterruptedException {
        Process ldd = new ProcessBuilder("ldd", "/bin/busybox").start();
        try (var lines = ldd.inputReader().lines()) {
            List<Path> files = lines.flatMap(line -> List.of(line.strip().split("\\s+")).stream())
                    .filter(word -> word.startsWith("/"))
                    .map(Path::of)
                    .toList();
            assertEquals(0, ldd.waitFor());
            return files;
        }
    }
}
