package dev.berth.linux.seccomp;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.io.ByteArrayOutputStream;

/** A memfd that libseccomp writes its program to. */
final class MemoryFile implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;
    private static final int CHUNK = 16 * 1024;

    private final Fd fd;

    MemoryFile() throws ErrnoException {
        this.fd = Fd.orThrow(SeccompLibc.memfd_create("seccomp", MFD_CLOEXEC), "memfd_create", "seccomp");
    }

    int number() {
        return fd.number();
    }

    byte[] content() throws ErrnoException {
        var content = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (long count = read(chunk, 0); count > 0; count = read(chunk, content.size())) {
            content.write(chunk, 0, Math.toIntExact(count));
        }
        return content.toByteArray();
    }

    @Override
    public void close() {
        fd.close();
    }

    private long read(byte[] chunk, long offset) throws ErrnoException {
        while (true) {
            long count = SeccompLibc.pread(fd.number(), chunk, chunk.length, offset);
            if (count >= 0) {
                return count;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("pread", "memfd seccomp", errno);
            }
        }
    }
}
