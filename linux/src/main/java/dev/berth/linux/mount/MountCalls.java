package dev.berth.linux.mount;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** System calls of this package. By number, which is one for all architectures: old C libraries lack the wrappers. */
final class MountCalls {
    static final int O_PATH = 0x200000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_DIRECTORY = 0x10000;
    static final int RESOLVE_NO_MAGICLINKS = 0x02;
    static final int RESOLVE_NO_SYMLINKS = 0x04;
    static final int RESOLVE_IN_ROOT = 0x10;
    static final int FSCONFIG_SET_STRING = 1;
    static final int FSCONFIG_CMD_CREATE = 6;
    static final int MOUNT_ATTR_RDONLY = 0x01;

    private static final int AT_FDCWD = -100;
    private static final long OPENAT2_SIZE = 24;
    private static final long SYS_FSOPEN = 430;
    private static final long SYS_FSCONFIG = 431;
    private static final long SYS_FSMOUNT = 432;
    private static final long SYS_OPENAT2 = 437;
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int STATFS_WORDS = 15;

    static {
        Native.register(MountCalls.class, "c");
    }

    private MountCalls() {}

    private static native long syscall(long number, byte[] name, long flags);

    private static native long syscall(long number, long fd, long first, long second);

    private static native long syscall(long number, long fd, long command, byte[] key, byte[] value, long auxiliary);

    private static native long syscall(long number, long fd, long command, long key, long value, long auxiliary);

    private static native long syscall(long number, long directory, byte[] path, long[] how, long size);

    private static native int statfs(byte[] path, long[] result);

    static Fd fsopen(String type) throws ErrnoException {
        return descriptor("fsopen", type, () -> syscall(SYS_FSOPEN, bytes(type), FSOPEN_CLOEXEC));
    }

    static void fsconfigString(Fd context, String key, String value) throws ErrnoException {
        check(
                "fsconfig",
                key + "=" + value,
                () -> syscall(SYS_FSCONFIG, context.number(), FSCONFIG_SET_STRING, bytes(key), bytes(value), 0));
    }

    static void fsconfigCreate(Fd context, String subject) throws ErrnoException {
        check(
                "fsconfig",
                "create " + subject,
                () -> syscall(SYS_FSCONFIG, context.number(), FSCONFIG_CMD_CREATE, 0L, 0L, 0));
    }

    static Fd fsmount(Fd context, long attributes, String subject) throws ErrnoException {
        return descriptor(
                "fsmount", subject, () -> syscall(SYS_FSMOUNT, context.number(), FSMOUNT_CLOEXEC, attributes));
    }

    static Fd openat2(Fd directory, String path, long flags, long resolve) throws ErrnoException {
        return openat2(directory.number(), path, flags, resolve);
    }

    static Fd open(String path, long flags) throws ErrnoException {
        return openat2(AT_FDCWD, path, flags, 0);
    }

    private static Fd openat2(int directory, String path, long flags, long resolve) throws ErrnoException {
        long[] how = {flags | O_CLOEXEC, 0, resolve};
        return descriptor("openat2", path, () -> syscall(SYS_OPENAT2, directory, bytes(path), how, OPENAT2_SIZE));
    }

    /** The words of {@code struct statfs} on a 64-bit kernel. */
    static long[] statfs(String path) throws ErrnoException {
        long[] words = new long[STATFS_WORDS];
        check("statfs", path, () -> statfs(bytes(path), words));
        return words;
    }

    private static Fd descriptor(String call, String subject, LongSupplier attempt) throws ErrnoException {
        return new Fd((int) check(call, subject, attempt));
    }

    /** EAGAIN is openat2's word for a rename that raced with the look-up. */
    private static long check(String call, String subject, LongSupplier attempt) throws ErrnoException {
        while (true) {
            long result = attempt.getAsLong();
            if (result >= 0) {
                return result;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR && errno != Errno.EAGAIN) {
                throw new ErrnoException(call, subject, errno);
            }
        }
    }

    private static byte[] bytes(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path holds a NUL byte: " + text.replace('\0', '?'));
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }
}
