package dev.berth.linux.fs;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.util.Set;

/** The hint to a file system that the directories made in one have nothing to do with each other ({@code chattr +T}). */
public final class TopDirectory {
    private static final long FS_IOC_GETFLAGS = 0x8008_6601L;
    private static final long FS_IOC_SETFLAGS = 0x4008_6602L;
    private static final int FS_TOPDIR_FL = 0x2_0000;
    private static final Set<Integer> NO_SUCH_HINT = Set.of(Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.EINVAL, Errno.ENOSYS);

    private TopDirectory() {}

    /** Whether the directory has the mark now: ext4 then spreads what is made in it over its block groups; others know no such thing. */
    public static boolean mark(Directory directory) throws ErrnoException {
        var flags = new int[2]; // the kernel reads and writes the first; the calls' numbers say "long"
        if (!call(directory, FS_IOC_GETFLAGS, "FS_IOC_GETFLAGS", flags)) {
            return false;
        }
        flags[0] |= FS_TOPDIR_FL;
        return call(directory, FS_IOC_SETFLAGS, "FS_IOC_SETFLAGS", flags);
    }

    private static boolean call(Directory directory, long request, String name, int[] flags) throws ErrnoException {
        if (FileCalls.ioctl(directory.fd().number(), request, flags) == 0) {
            return true;
        }
        var errno = Native.getLastError();
        if (NO_SUCH_HINT.contains(errno)) {
            return false;
        }
        throw new ErrnoException("ioctl " + name, directory.fd().toString(), errno);
    }
}
