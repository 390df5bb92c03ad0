package dev.berth.linux.kernfs;

import com.sun.jna.Native;

final class KernfsLibc {
    static {
        Native.register(KernfsLibc.class, "c");
    }

    private KernfsLibc() {}

    // open(2) is variadic in C; on x86-64 and arm64 Linux its fixed arguments are passed the same way
    static native int open(String path, int flags);

    static native long read(int fd, byte[] buffer, long length);

    static native long write(int fd, byte[] buffer, long length);

    static native int mkdir(String path, int mode);

    static native int rmdir(String path);
}
