package dev.berth.linux;

import com.sun.jna.Native;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor that this object owns. Always close-on-exec. */
public final class Fd implements AutoCloseable {
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes ownership of a descriptor number. */
    public Fd(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("descriptor " + number);
        }
        this.number = number;
    }

    /** Wraps the result of a system call that returns a descriptor or -1. */
    public static Fd orThrow(int result, String call, String subject) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, subject, Native.getLastError());
        }
        return new Fd(result);
    }

    /** The descriptor's number, valid until {@link #close}. */
    public int number() {
        if (closed.get()) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    public Fd duplicate() throws ErrnoException {
        return orThrow(Libc.fcntl(number(), F_DUPFD_CLOEXEC, 3), "fcntl", "F_DUPFD_CLOEXEC, " + number);
    }

    /** Never fails and may be called twice: after close(2) the number is free whatever it returned. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Libc.close(number);
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
