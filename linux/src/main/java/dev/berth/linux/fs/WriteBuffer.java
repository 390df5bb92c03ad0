package dev.berth.linux.fs;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;

/** Native memory through which bytes go to files, reused from write to write; for one thread at a time. */
public final class WriteBuffer implements AutoCloseable {
    private static final int SIZE = 128 << 10;

    private final Memory memory = new Memory(SIZE);

    /** Writes all the bytes at a position of the file, whatever its descriptor's own position. */
    public void write(Fd file, byte[] bytes, int offset, int length, long position) throws ErrnoException {
        for (var done = 0; done < length; ) {
            var count = Math.min(SIZE, length - done);
            memory.write(0, bytes, offset + done, count);
            drain(file, count, position + done);
            done += count;
        }
    }

    private void drain(Fd file, int count, long position) throws ErrnoException {
        for (var done = 0; done < count; ) {
            var written = FileCalls.pwrite(file.number(), memory.share(done), count - done, position + done);
            var errno = written < 0 ? Native.getLastError() : 0;
            if (errno != 0 && errno != Errno.EINTR) {
                throw new ErrnoException("pwrite", file.toString(), errno);
            }
            done += (int) Math.max(written, 0);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
