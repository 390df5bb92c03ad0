package dev.berth.linux.lock;

import com.sun.jna.Native;

/** The C library's calls that this package needs. */
final class LockCalls {
    static {
        Native.register(LockCalls.class, "c");
    }

    private LockCalls() {}

    static native int open(String path, int flags, int mode);

    static native int flock(int fd, int operation);
}
