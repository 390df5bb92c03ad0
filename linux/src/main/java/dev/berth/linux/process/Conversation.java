package dev.berth.linux.process;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** One run of a child, whose end and three pipes one thread waits for. Closing it kills what still runs and reaps it. */
final class Conversation implements AutoCloseable {
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 04000;
    private static final int SIGKILL = 9;
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    private static final int POLLFD = 8;
    private static final int CHUNK = 16 * 1024;
    /** How long an interruption may stay unnoticed. */
    private static final long SLICE_MILLIS = 200;
    /** For the end of a killed child, and for what is left in its pipes. */
    private static final Duration LAST = Duration.ofSeconds(1);

    private static final int PROCESS = 0;
    private static final int STDIN = 1;
    private static final int STDOUT = 2;
    private static final int STDERR = 3;

    private final int pid;
    private final Program.Limits limits;
    private final List<Fd> sources;
    private final boolean[] waiting = {true, true, true, true};
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    private byte[] input;
    private long deadline;
    private Program.End end = Program.End.EXITED;
    private boolean reaped;

    /** The pipes' ends are the caller's to close; that of the child's input is closed here too, as its end. */
    Conversation(int pid, byte[] input, Program.Limits limits, Fd stdin, Fd stdout, Fd stderr) throws ErrnoException {
        this.pid = pid;
        this.input = input;
        this.limits = limits;
        this.deadline = System.nanoTime() + limits.patience().toNanos();
        DescriptorCalls.fcntl(stdin.number(), F_SETFL, (long) O_NONBLOCK);
        this.sources = List.of(watched(pid), stdin, stdout, stderr);
    }

    /** Nobody else knows a child that cannot be watched. */
    private static Fd watched(int pid) throws ErrnoException {
        try {
            return Pidfd.ofChild(pid);
        } catch (ErrnoException e) {
            Processes.kill(-pid, SIGKILL);
            ChildProcess.await(pid);
            throw e;
        }
    }

    Program.Outcome hold() throws ErrnoException, InterruptedException {
        while (waiting[PROCESS] || waiting[STDOUT] || waiting[STDERR]) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while a program ran");
            }
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left > 0) {
                serve(Math.min(left, SLICE_MILLIS));
            } else if (end == Program.End.EXITED) {
                kill(waiting[PROCESS] ? Program.End.TOO_LATE : Program.End.HELD_OPEN);
            } else {
                break;
            }
        }
        return new Program.Outcome(end, reap(), output.toByteArray(), complaints.toByteArray());
    }

    /** The child's number is not free before it is reaped, and neither is that of its session. */
    private void kill(Program.End why) {
        end = why;
        Processes.kill(-pid, SIGKILL);
        deadline = System.nanoTime() + LAST.toNanos();
    }

    private void serve(long millis) throws ErrnoException {
        ByteBuffer ready = poll((int) millis);
        if (seen(ready, PROCESS)) {
            waiting[PROCESS] = false;
            deadline = Math.min(deadline, System.nanoTime() + limits.drain().toNanos());
        }
        if (seen(ready, STDIN)) {
            write();
        }
        if (seen(ready, STDOUT)) {
            read(STDOUT, output, limits.output() + 1);
            if (output.size() > limits.output()) {
                waiting[STDOUT] = false;
                kill(Program.End.TOO_MUCH);
            }
        }
        if (seen(ready, STDERR)) {
            read(STDERR, complaints, limits.complaints());
        }
    }

    /** A pollfd that names no descriptor is passed over. */
    private ByteBuffer poll(int millis) throws ErrnoException {
        ByteBuffer pollfds = ByteBuffer.allocate(POLLFD * sources.size()).order(ByteOrder.nativeOrder());
        for (int each = 0; each < sources.size(); each++) {
            pollfds.putInt(waiting[each] ? sources.get(each).number() : -1);
            pollfds.putShort(each == STDIN ? POLLOUT : POLLIN).putShort((short) 0);
        }
        int count = DescriptorCalls.poll(pollfds.array(), sources.size(), millis);
        int errno = Native.getLastError();
        if (count < 0 && errno != Errno.EINTR) {
            throw new ErrnoException("poll", "child " + pid, errno);
        }
        return pollfds;
    }

    private boolean seen(ByteBuffer pollfds, int source) {
        return waiting[source] && pollfds.getShort(source * POLLFD + 6) != 0;
    }

    /** A child may end or stop listening without having read it all. */
    private void write() {
        byte[] part = input.length <= CHUNK ? input : Arrays.copyOf(input, CHUNK);
        long count = DescriptorCalls.write(sources.get(STDIN).number(), part, part.length);
        int errno = Native.getLastError();
        if (count >= 0) {
            input = Arrays.copyOfRange(input, (int) count, input.length);
        }
        boolean again = count < 0 && (errno == Errno.EAGAIN || errno == Errno.EINTR);
        if (!again && (count < 0 || input.length == 0)) {
            waiting[STDIN] = false;
            sources.get(STDIN).close();
        }
    }

    private void read(int source, ByteArrayOutputStream kept, int limit) throws ErrnoException {
        byte[] chunk = new byte[CHUNK];
        long count = DescriptorCalls.read(sources.get(source).number(), chunk, chunk.length);
        int errno = Native.getLastError();
        if (count < 0 && errno != Errno.EINTR) {
            throw new ErrnoException("read", "output of child " + pid, errno);
        }
        if (count == 0) {
            waiting[source] = false;
        }
        kept.write(chunk, 0, Math.clamp(count, 0, limit - kept.size()));
    }

    /** One that the kernel cannot end yet is reaped by a thread of its own. */
    private int reap() throws ErrnoException {
        reaped = true;
        if (waiting[PROCESS]) {
            Thread.ofPlatform().daemon().name("reap " + pid).start(this::reapLate);
            return SIGKILL;
        }
        return ChildProcess.await(pid);
    }

    private void reapLate() {
        try {
            ChildProcess.await(pid);
        } catch (ErrnoException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws ErrnoException {
        sources.getFirst().close();
        if (!reaped) {
            kill(Program.End.TOO_LATE);
            reap();
        }
    }
}
