package dev.berth.linux.watch;

import com.sun.jna.Native;

/** The C library's calls for inotify. */
final class WatchCalls {
    static {
        Native.register(WatchCalls.class, "c");
    }

    private WatchCalls() {}

    static native int inotify_init1(int flags);

    static native int inotify_add_watch(int inotify, String path, int mask);

    static native int inotify_rm_watch(int inotify, int watch);

    static native long read(int fd, byte[] buffer, long size);

    static native long write(int fd, byte[] buffer, long size);

    static native int poll(byte[] descriptors, long count, int milliseconds);
}
