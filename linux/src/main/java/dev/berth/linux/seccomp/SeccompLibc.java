package dev.berth.linux.seccomp;

import com.sun.jna.Native;

final class SeccompLibc {
    static {
        Native.register(SeccompLibc.class, "c");
    }

    private SeccompLibc() {}

    static native int memfd_create(String name, int flags);

    static native long pread(int fd, byte[] buffer, long length, long offset);
}
