package dev.berth.linux.lock;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.file.Path;

/** A file held by an exclusive flock(2), which excludes other processes and other holders in this one. */
public final class FlockedFile implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NOFOLLOW_X86 = 0x20000;
    private static final int O_NOFOLLOW_ARM = 0x8000;
    private static final int LOCK_EX = 2;

    private final Fd file;

    private FlockedFile(Fd file) {
        this.file = file;
    }

    /** Makes the file if it is missing and waits until nobody else holds it. */
    public static FlockedFile acquire(Path path) throws ErrnoException {
        int flags = O_RDWR | O_CREAT | O_CLOEXEC | noFollow();
        Fd file = Fd.orThrow(LockCalls.open(path.toString(), flags, 0644), "open", path.toString());
        while (LockCalls.flock(file.number(), LOCK_EX) != 0) {
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                file.close();
                throw new ErrnoException("flock", path + ", LOCK_EX", errno);
            }
        }
        return new FlockedFile(file);
    }

    private static int noFollow() {
        return System.getProperty("os.arch").equals("aarch64") ? O_NOFOLLOW_ARM : O_NOFOLLOW_X86;
    }

    @Override
    public void close() {
        file.close();
    }
}
