package dev.berth.linux;

import java.io.IOException;

/** A system call that failed: which, on what, and with which errno. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    public ErrnoException(String call, String subject, int errno) {
        super(call + "(" + subject + "): " + Errno.describe(errno));
        this.call = call;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }

    public boolean is(int other) {
        return errno == other;
    }
}
