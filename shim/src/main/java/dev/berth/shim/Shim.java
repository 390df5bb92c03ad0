package dev.berth.shim;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.process.Pidfd;
import dev.berth.linux.process.ProcessIdentity;
import dev.berth.shim.directory.ExitFile;
import dev.berth.shim.directory.ExitRecord;
import dev.berth.shim.directory.ObjectLock;
import dev.berth.shim.directory.PidFile;
import dev.berth.shim.directory.ShimDirectory;
import dev.berth.shim.frame.Frame;
import dev.berth.shim.frame.FrameChannel;
import dev.berth.shim.frame.FrameType;
import dev.berth.shim.plan.LaunchPlan;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A living shim, seen from the daemon. */
public final class Shim implements AutoCloseable {
    /** Between looks at a shim that lives but has closed the connection: it is about to end. */
    private static final long RETRY_NANOS = 2_000_000;

    private static final long END_NANOS = 10_000_000_000L;
    private static final int SIGKILL = 9;

    private final ShimDirectory directory;
    private final int shimPid;
    private final ProcessIdentity init;
    private final Optional<Fd> initPidfd;

    /** Held over signal and close, so that a signal never goes to whoever got the closed descriptor's number. */
    private final ReentrantLock pidfdLock = new ReentrantLock();

    private boolean closed;

    Shim(ShimDirectory directory, PidFile pids, Optional<Fd> initPidfd) {
        this.directory = directory;
        this.shimPid = pids.shimPid();
        this.init = pids.init();
        this.initPidfd = initPidfd;
    }

    public int shimPid() {
        return shimPid;
    }

    /** The container's first process; of a sandbox, the shim itself. */
    public ProcessIdentity init() {
        return init;
    }

    /** Stays this object's; empty if the init had ended already when this object was made. */
    public Optional<Fd> initPidfd() {
        return initPidfd;
    }

    /**
     * Waits for the end of the container; parks a virtual thread. A connection that breaks says nothing by itself: only
     * when the shim's lock is free and there is no exit record is the shim lost.
     */
    public ExitRecord awaitExit() throws IOException {
        while (true) {
            Optional<ExitRecord> told = subscribe();
            boolean alive = ObjectLock.held(directory.lock());
            Optional<ExitRecord> record = told.isPresent() ? told : ExitFile.read(directory);
            if (record.isPresent()) {
                return record.get();
            }
            if (!alive) {
                throw new ShimLostException(directory.path());
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /** The exit as the shim tells it; empty if the shim went away first. */
    private Optional<ExitRecord> subscribe() throws IOException {
        try (FrameChannel channel = FrameChannel.connect(directory)) {
            channel.send(FrameType.SUBSCRIBE);
            while (true) {
                Frame frame = channel.receive();
                if (frame.type() == FrameType.EXITED) {
                    return Optional.of(ExitRecord.decode(frame.payload()));
                }
            }
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Signals the init; nothing happens if it has ended. */
    public void signal(int number) throws IOException {
        pidfdLock.lock();
        try {
            if (initPidfd.isPresent() && !closed) {
                Pidfd.send(initPidfd.get(), number);
            }
        } finally {
            pidfdLock.unlock();
        }
    }

    /** Makes the shim open its log file anew, after the old one has been renamed. */
    public void reopenLog() throws IOException {
        int errno = request(FrameType.REOPEN_LOG).payload().getInt();
        if (errno != 0) {
            throw new ErrnoException("reopen log", directory.path().toString(), errno);
        }
    }

    /** Whether the shim answers. */
    public boolean ping() throws IOException {
        return request(FrameType.PING).type() == FrameType.PONG;
    }

    private Frame request(FrameType type) throws IOException {
        try (FrameChannel channel = FrameChannel.connect(directory)) {
            channel.send(type);
            return channel.receive();
        }
    }

    public Execution exec(LaunchPlan plan) throws IOException {
        return exec(plan, ExecOptions.PLAIN);
    }

    /** Starts a command in the container; LaunchException if a step of its plan fails. */
    public Execution exec(LaunchPlan plan, ExecOptions options) throws IOException {
        FrameChannel channel = FrameChannel.connect(directory);
        try {
            channel.send(FrameType.EXEC, LaunchEncoder.exec(plan, options));
            return new Execution(channel, LaunchResult.started(channel.receive()));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Joins the container's standard streams. */
    public Attachment attach() throws IOException {
        FrameChannel channel = FrameChannel.connect(directory);
        try {
            channel.send(FrameType.ATTACH);
            int errno = channel.receive().payload().getInt();
            if (errno != 0) {
                throw new ErrnoException("attach", directory.path().toString(), errno);
            }
            return new Attachment(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Ends a sandbox's shim and waits until it is gone, and with it the pod's namespaces; does nothing twice. By SIGKILL:
     * a shim that shares its PID namespace with containers may have been kept from answering, and has nothing to save.
     */
    public void terminate() throws IOException {
        signal(SIGKILL);
        awaitEnd();
    }

    /** The lock tells for certain: a connection can break for other reasons. */
    private void awaitEnd() throws IOException {
        long deadline = System.nanoTime() + END_NANOS;
        while (ObjectLock.held(directory.lock())) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the shim of " + directory.path() + " (pid " + shimPid + ") does not end");
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /** Closes this side only; the shim and its container live on. */
    @Override
    public void close() {
        pidfdLock.lock();
        try {
            closed = true;
            initPidfd.ifPresent(Fd::close);
        } finally {
            pidfdLock.unlock();
        }
    }
}
