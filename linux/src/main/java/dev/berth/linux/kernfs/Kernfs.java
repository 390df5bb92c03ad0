package dev.berth.linux.kernfs;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Calls on one file or directory of a kernel file system. A path with a NUL is refused. */
public final class Kernfs {
    /** What {@link #read(String)} accepts at most. */
    public static final int LIMIT = 1 << 20;

    private static final int CHUNK = 4096;
    private static final int O_WRONLY = 1;
    private static final int O_CLOEXEC = 0x80000;

    private Kernfs() {}

    /**
     * One read(2) of a file that the kernel produces whole, such as a counter or a stat file (not a list of processes);
     * returns the length. A file that may not have fitted is an error.
     */
    public static int read(String path, byte[] buffer) throws ErrnoException {
        try (var fd = open(path, 0)) {
            int length = read(fd, path, buffer);
            if (length == buffer.length) {
                throw new ErrnoException("read", path, Errno.EFBIG);
            }
            return length;
        }
    }

    /** The whole file as text, without the last newline. */
    public static String read(String path) throws ErrnoException {
        var content = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try (var fd = open(path, 0)) {
            for (int count = read(fd, path, chunk); count > 0; count = read(fd, path, chunk)) {
                content.write(chunk, 0, count);
                if (content.size() > LIMIT) {
                    throw new ErrnoException("read", path, Errno.EFBIG);
                }
            }
        }
        return content.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    /** One write(2) of the whole value. */
    public static void write(String path, String value) throws ErrnoException {
        write(path, List.of(value));
    }

    /** One write(2) for each value, for files that take several one after the other. */
    public static void write(String path, List<String> values) throws ErrnoException {
        try (var fd = open(path, O_WRONLY)) {
            for (String value : values) {
                write(fd, path, value);
            }
        }
    }

    /** A descriptor of a directory, for calls that take one. */
    public static Fd directory(String path) throws ErrnoException {
        return open(path, 0);
    }

    /** Makes a directory with mode 0755; false if there is one already. */
    public static boolean mkdir(String path) throws ErrnoException {
        if (KernfsLibc.mkdir(checked(path), 0755) == 0) {
            return true;
        }
        int errno = Native.getLastError();
        if (errno == Errno.EEXIST) {
            return false;
        }
        throw new ErrnoException("mkdir", path, errno);
    }

    /** Removes a directory; false if there is none. */
    public static boolean rmdir(String path) throws ErrnoException {
        if (KernfsLibc.rmdir(checked(path)) == 0) {
            return true;
        }
        int errno = Native.getLastError();
        if (errno == Errno.ENOENT) {
            return false;
        }
        throw new ErrnoException("rmdir", path, errno);
    }

    private static Fd open(String path, int flags) throws ErrnoException {
        while (true) {
            int fd = KernfsLibc.open(checked(path), flags | O_CLOEXEC);
            if (fd >= 0) {
                return new Fd(fd);
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("open", path, errno);
            }
        }
    }

    private static int read(Fd fd, String path, byte[] buffer) throws ErrnoException {
        while (true) {
            long count = KernfsLibc.read(fd.number(), buffer, buffer.length);
            if (count >= 0) {
                return Math.toIntExact(count);
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("read", path, errno);
            }
        }
    }

    private static void write(Fd fd, String path, String value) throws ErrnoException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        while (true) {
            long written = KernfsLibc.write(fd.number(), bytes, bytes.length);
            int errno = written < 0 ? Native.getLastError() : Errno.EIO;
            if (written == bytes.length) {
                return;
            }
            if (errno != Errno.EINTR) {
                throw new ErrnoException("write", path + ", \"" + value + "\"", errno);
            }
        }
    }

    private static String checked(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("path with a NUL: " + path.replace('\0', '?'));
        }
        return path;
    }
}
