package dev.berth.shim;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.process.ChildProcess;
import dev.berth.linux.process.Descriptors;
import dev.berth.linux.process.Pidfd;
import dev.berth.linux.process.Pipe;
import dev.berth.linux.process.SealedFile;
import dev.berth.linux.process.Spawn;
import dev.berth.shim.directory.ExitFile;
import dev.berth.shim.directory.ExitRecord;
import dev.berth.shim.directory.ObjectLock;
import dev.berth.shim.directory.PidFile;
import dev.berth.shim.directory.ShimDirectory;
import dev.berth.shim.frame.FrameChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts shims, and finds those that an earlier daemon started. */
public final class Shims {
    /** A result frame is a header and at most three strings of a few KiB. */
    private static final int LIMIT_RESULT = 32 * 1024;

    /** Longer than any launch or end of a container takes that is not stuck. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What a shim that has given up on a launch may take to say so. */
    private static final Duration LAST_WORD = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(5);

    private final ShimBinary binary;
    private final Duration launchLimit;

    /** @param launchLimit how long a container may take to start before its shim gives up; at most ten minutes */
    public Shims(ShimBinary binary, Duration launchLimit) {
        this.binary = binary;
        this.launchLimit = launchLimit;
    }

    /** Starts a container: when this returns, its program runs; when it throws, nothing of it is left. */
    public Shim startContainer(ContainerLaunch launch) throws IOException {
        try {
            return start(
                    launch.id(),
                    launch.directory(),
                    LaunchEncoder.container(launch, launchLimit),
                    launch.descriptors());
        } catch (LaunchException e) {
            throw e.of(launch.plan());
        }
    }

    /** Makes a pod's namespaces, held by the shim itself. */
    public Shim startSandbox(SandboxLaunch launch) throws IOException {
        return start(launch.id(), launch.directory(), LaunchEncoder.sandbox(launch, launchLimit), launch.descriptors());
    }

    private Shim start(String id, Path path, byte[] launch, List<Fd> descriptors) throws IOException {
        ShimDirectory directory = new ShimDirectory(path);
        try (ObjectLock lock = acquire(directory);
                Fd encoded = SealedFile.of("launch", launch);
                Fd devNull = Descriptors.existing("/dev/null");
                Pipe result = Pipe.open()) {
            List<Fd> passed = new ArrayList<>(List.of(devNull, devNull, devNull, encoded, lock.file()));
            passed.add(result.writeEnd());
            passed.addAll(descriptors);
            spawn(id, passed);
            result.writeEnd().close();
            LaunchResult.started(LaunchResult.parse(result(path, result.readEnd())));
        }
        return opened(directory).orElseThrow(() -> new IOException("the shim of " + path + " wrote no pid file"));
    }

    private byte[] result(Path path, Fd pipe) throws IOException {
        try {
            return Descriptors.readAll(pipe, LIMIT_RESULT, launchLimit.plus(LAST_WORD));
        } catch (ErrnoException e) {
            throw new IOException(
                    "the shim of %s did not answer within its time for a launch (%s)".formatted(path, e.getMessage()),
                    e);
        }
    }

    private static ObjectLock acquire(ShimDirectory directory) throws IOException {
        return ObjectLock.tryAcquire(directory.lock())
                .orElseThrow(() -> new IOException("a shim of " + directory.path() + " is alive"));
    }

    /** The spawned process forks the supervisor and exits, so that no shim is ever this process's child. */
    private void spawn(String id, List<Fd> descriptors) throws IOException {
        int pid = new Spawn(binary.program(), List.of("berth-shim", id), List.of(), descriptors).start();
        ChildProcess.await(pid);
    }

    /**
     * The shim that is alive for this object, or empty if there is none. One that is just starting or ending is given
     * {@link #PATIENCE} to become either.
     */
    public Optional<Shim> adopt(Path path) throws IOException {
        ShimDirectory directory = new ShimDirectory(path);
        Instant deadline = Instant.now().plus(PATIENCE);
        while (ObjectLock.held(directory.lock())) {
            if (listening(directory)) {
                return opened(directory);
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("the shim of " + path + " holds its lock but does not listen");
            }
            pause();
        }
        return Optional.empty();
    }

    private static boolean listening(ShimDirectory directory) throws IOException {
        if (!Files.exists(directory.pid())) {
            return false;
        }
        try {
            FrameChannel.connect(directory).close();
            return true;
        } catch (SocketException notYet) {
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            // the kernel tells nobody when a lock of another process is released
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("adopting a shim");
        }
    }

    /** How the object's container ended, if it has. */
    public Optional<ExitRecord> exitRecord(Path path) throws IOException {
        return ExitFile.read(new ShimDirectory(path));
    }

    private static Optional<Shim> opened(ShimDirectory directory) throws IOException {
        Optional<PidFile> pids = PidFile.read(directory);
        if (pids.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Shim(directory, pids.get(), Pidfd.open(pids.get().init())));
    }
}
