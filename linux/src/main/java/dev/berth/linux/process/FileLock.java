package dev.berth.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;

/**
 * The lock of an open file description over a whole file: every process that inherited a duplicate of the descriptor
 * holds it, and it ends when the last of them is gone. Unlike flock(2) it can be asked about without being taken.
 */
public final class FileLock {
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    /** struct flock on 64-bit Linux: type at 0, whence at 2, start at 8, length at 16, pid at 24. */
    private static final int STRUCT_FLOCK_BYTES = 32;

    private FileLock() {}

    /** Whether the lock was taken; false if another open file description holds it. The file must be open for writing. */
    public static boolean tryLock(Fd file) throws ErrnoException {
        try (Memory lock = wholeFile()) {
            if (DescriptorCalls.fcntl(file.number(), F_OFD_SETLK, lock) == 0) {
                return true;
            }
            int errno = Native.getLastError();
            if (errno == Errno.EAGAIN || errno == Errno.EACCES) {
                return false;
            }
            throw new ErrnoException("fcntl", "F_OFD_SETLK, " + file.number(), errno);
        }
    }

    /** Whether another open file description holds the lock. */
    public static boolean heldElsewhere(Fd file) throws ErrnoException {
        try (Memory lock = wholeFile()) {
            if (DescriptorCalls.fcntl(file.number(), F_OFD_GETLK, lock) != 0) {
                throw new ErrnoException("fcntl", "F_OFD_GETLK, " + file.number(), Native.getLastError());
            }
            return lock.getShort(0) != F_UNLCK;
        }
    }

    private static Memory wholeFile() {
        Memory lock = new Memory(STRUCT_FLOCK_BYTES);
        lock.clear();
        lock.setShort(0, F_WRLCK);
        return lock;
    }
}
