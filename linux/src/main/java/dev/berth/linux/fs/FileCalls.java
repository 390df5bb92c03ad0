package dev.berth.linux.fs;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The C library's file calls by their own names; paths are NUL-terminated bytes. */
final class FileCalls {
    static {
        Native.register(FileCalls.class, "c");
    }

    private FileCalls() {}

    static native long syscall(long number, long directory, byte[] path, long[] how, long size);

    static native int openat(int directory, byte[] name, int flags, int mode);

    static native int mkdirat(int directory, byte[] name, int mode);

    static native int unlinkat(int directory, byte[] name, int flags);

    static native int renameat(int fromDirectory, byte[] from, int toDirectory, byte[] to);

    static native int symlinkat(byte[] target, int directory, byte[] name);

    static native int linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

    static native int mknodat(int directory, byte[] name, int mode, long device);

    static native int fchownat(int directory, byte[] name, int user, int group, int flags);

    static native int fchown(int file, int user, int group);

    static native int fchmod(int file, int mode);

    static native int utimensat(int directory, byte[] name, long[] times, int flags);

    static native int futimens(int file, long[] times);

    static native int fsetxattr(int file, byte[] name, byte[] value, long size, int flags);

    static native long fgetxattr(int file, byte[] name, byte[] value, long size);

    static native long flistxattr(int file, byte[] names, long size);

    static native int statx(int directory, byte[] name, int flags, int mask, byte[] buffer);

    static native long pwrite(int file, Pointer bytes, long count, long offset);

    static native long pread(int file, Pointer bytes, long count, long offset);

    static native long lseek(int file, long offset, int whence);

    static native long readlinkat(int directory, byte[] name, byte[] target, long size);

    static native int fchmodat(int directory, byte[] name, int mode, int flags);

    static native int ftruncate(int file, long size);

    static native int fsync(int file);

    static native int syncfs(int file);

    static native int ioctl(int file, long request, int[] argument);

    static native long getdents64(int directory, byte[] buffer, long size);
}
