package dev.berth.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The C library's calls that make and change descriptors. */
final class DescriptorCalls {
    static {
        Native.register(DescriptorCalls.class, "c");
    }

    private DescriptorCalls() {}

    static native int open(String path, int flags, int mode);

    static native int pipe2(Pointer ends, int flags);

    static native int memfd_create(String name, int flags);

    static native int fcntl(int fd, int command, long argument);

    static native int fcntl(int fd, int command, Pointer argument);

    static native long read(int fd, byte[] buffer, long size);

    static native int poll(byte[] descriptors, long count, int milliseconds);

    static native long write(int fd, byte[] buffer, long size);
}
