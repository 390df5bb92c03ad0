package dev.berth.linux.net;

import com.sun.jna.Native;

/** The C library's calls that this package needs. */
final class NetCalls {
    static {
        Native.register(NetCalls.class, "c");
    }

    private NetCalls() {}

    static native int open(String path, int flags, int mode);

    static native int setns(int fd, int type);

    static native int unshare(int flags);

    static native int socket(int domain, int type, int protocol);

    static native int setsockopt(int fd, int level, int option, byte[] value, int length);

    static native long send(int fd, byte[] bytes, long length, int flags);

    static native long recv(int fd, byte[] bytes, long length, int flags);
}
