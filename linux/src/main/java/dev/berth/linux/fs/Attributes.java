package dev.berth.linux.fs;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The attributes of an open file or directory. */
public final class Attributes {
    private static final int LARGEST_VALUE = 64 << 10;

    /** {@code XATTR_LIST_MAX} of linux/limits.h. */
    private static final int LARGEST_LIST = 64 << 10;

    private Attributes() {}

    public static void owner(Fd file, int user, int group) throws ErrnoException {
        check(FileCalls.fchown(file.number(), user, group), "fchown", file.toString());
    }

    public static void mode(Fd file, int mode) throws ErrnoException {
        check(FileCalls.fchmod(file.number(), mode), "fchmod", file.toString());
    }

    public static void modified(Fd file, long seconds, int nanos) throws ErrnoException {
        var times = new long[] {seconds, nanos, seconds, nanos};
        check(FileCalls.futimens(file.number(), times), "futimens", file.toString());
    }

    public static void extended(Fd file, String name, byte[] value) throws ErrnoException {
        var bytes = Directory.terminated(name, StandardCharsets.UTF_8);
        // one spare byte: the binding cannot pass an array of none
        var passed = value.length == 0 ? new byte[1] : value;
        check(FileCalls.fsetxattr(file.number(), bytes, passed, value.length, 0), "fsetxattr", name);
    }

    public static Optional<byte[]> extended(Fd file, String name) throws ErrnoException {
        var value = new byte[LARGEST_VALUE];
        var bytes = Directory.terminated(name, StandardCharsets.UTF_8);
        var length = FileCalls.fgetxattr(file.number(), bytes, value, value.length);
        if (length >= 0) {
            return Optional.of(Arrays.copyOf(value, (int) length));
        }
        var errno = Native.getLastError();
        if (errno == Errno.ENODATA || errno == Errno.EOPNOTSUPP) {
            return Optional.empty();
        }
        throw new ErrnoException("fgetxattr", name, errno);
    }

    /** The names of the extended attributes. */
    public static List<String> extendedNames(Fd file) throws ErrnoException {
        var names = new byte[LARGEST_LIST];
        var length = FileCalls.flistxattr(file.number(), names, names.length);
        if (length < 0 && Native.getLastError() == Errno.EOPNOTSUPP) {
            return List.of();
        }
        check((int) length, "flistxattr", file.toString());
        var text = new String(names, 0, (int) length, StandardCharsets.UTF_8);
        return Arrays.stream(text.split("\0")).filter(name -> !name.isEmpty()).toList();
    }

    public static void size(Fd file, long size) throws ErrnoException {
        check(FileCalls.ftruncate(file.number(), size), "ftruncate", file.toString());
    }

    public static void sync(Fd file) throws ErrnoException {
        check(FileCalls.fsync(file.number()), "fsync", file.toString());
    }

    private static void check(int result, String call, String subject) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, subject, Native.getLastError());
        }
    }
}
