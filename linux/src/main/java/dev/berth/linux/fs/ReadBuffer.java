package dev.berth.linux.fs;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;

/** Native memory through which bytes come from files, reused from read to read; for one thread at a time. */
public final class ReadBuffer implements AutoCloseable {
    public static final int SIZE = 128 << 10;

    private final Memory memory = new Memory(SIZE);

    /** Reads from a position of the file as much as one call gives; 0 at the file's end. */
    public int read(Fd file, byte[] bytes, int offset, int length, long position) throws ErrnoException {
        while (true) {
            var count = FileCalls.pread(file.number(), memory, Math.min(SIZE, length), position);
            if (count >= 0) {
                memory.read(0, bytes, offset, (int) count);
                return (int) count;
            }
            var errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("pread", file.toString(), errno);
            }
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
