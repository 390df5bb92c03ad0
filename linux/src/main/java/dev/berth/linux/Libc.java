package dev.berth.linux;

import com.sun.jna.Native;

/** The C library's calls that the whole module needs; each package binds its own beside its user. */
final class Libc {
    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native String strerror(int errno);

    static native int close(int fd);

    static native int fcntl(int fd, int command, long argument);
}
