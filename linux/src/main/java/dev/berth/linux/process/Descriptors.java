package dev.berth.linux.process;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;

/** Reading, writing and opening descriptors that are handed to another process. */
public final class Descriptors {
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_RDWR = 02;
    private static final int O_CREAT = 0100;
    private static final int O_NOFOLLOW = 0400000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;

    private static final short POLLIN = 1;

    private Descriptors() {}

    /** A duplicate whose number is at least {@code lowest}. */
    public static Fd duplicateFrom(Fd source, int lowest) throws ErrnoException {
        int number = DescriptorCalls.fcntl(source.number(), F_DUPFD_CLOEXEC, (long) lowest);
        return Fd.orThrow(number, "fcntl", "F_DUPFD_CLOEXEC, " + source.number());
    }

    /** Opens a path with O_PATH: a place to resolve other paths from. */
    public static Fd place(String path) throws ErrnoException {
        return Fd.orThrow(DescriptorCalls.open(path, O_PATH | O_CLOEXEC, 0), "open", path);
    }

    /** Opens a file for reading and writing, made with this mode if it is missing; never through a symbolic link. */
    public static Fd readWrite(String path, int mode) throws ErrnoException {
        int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
        return Fd.orThrow(DescriptorCalls.open(path, flags, mode), "open", path);
    }

    /** Opens an existing file, device or namespace for reading. */
    public static Fd readOnly(String path) throws ErrnoException {
        return Fd.orThrow(DescriptorCalls.open(path, O_CLOEXEC, 0), "open", path);
    }

    /** Opens an existing file for reading and writing; a missing one throws ENOENT. */
    public static Fd existing(String path) throws ErrnoException {
        return Fd.orThrow(DescriptorCalls.open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0), "open", path);
    }

    /**
     * Reads until the end of the file or until {@code limit} bytes have come. Blocks the carrier of a virtual thread, but
     * never longer than {@code patience} for the next byte: then it throws ETIMEDOUT.
     */
    public static byte[] readAll(Fd source, int limit, Duration patience) throws ErrnoException {
        byte[] content = new byte[limit];
        int size = 0;
        while (size < limit) {
            awaitInput(source, patience);
            byte[] part = new byte[limit - size];
            long count = DescriptorCalls.read(source.number(), part, part.length);
            int errno = Native.getLastError();
            if (count == 0) {
                break;
            }
            if (count > 0) {
                System.arraycopy(part, 0, content, size, (int) count);
                size += (int) count;
            } else if (errno != Errno.EINTR) {
                throw new ErrnoException("read", source.toString(), errno);
            }
        }
        return Arrays.copyOf(content, size);
    }

    private static void awaitInput(Fd source, Duration patience) throws ErrnoException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long left =
                    Math.max(0, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
            byte[] descriptor = pollfd(source);
            int ready = DescriptorCalls.poll(descriptor, 1, Math.toIntExact(left));
            int errno = Native.getLastError();
            if (ready > 0) {
                return;
            }
            if (ready == 0) {
                throw new ErrnoException("poll", source.toString(), Errno.ETIMEDOUT);
            }
            if (errno != Errno.EINTR) {
                throw new ErrnoException("poll", source.toString(), errno);
            }
        }
    }

    /** struct pollfd: descriptor, events wanted, events seen. */
    private static byte[] pollfd(Fd source) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putInt(source.number())
                .putShort(POLLIN)
                .array();
    }

    /** Writes all of it. */
    public static void writeAll(Fd target, byte[] content) throws ErrnoException {
        byte[] rest = content;
        while (rest.length > 0) {
            long count = DescriptorCalls.write(target.number(), rest, rest.length);
            int errno = Native.getLastError();
            if (count >= 0) {
                rest = Arrays.copyOfRange(rest, (int) count, rest.length);
            } else if (errno != Errno.EINTR) {
                throw new ErrnoException("write", target.toString(), errno);
            }
        }
    }
}
