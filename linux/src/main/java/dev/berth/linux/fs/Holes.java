package dev.berth.linux.fs;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.util.OptionalLong;

/** The parts of a file that the file system keeps no bytes for. */
public final class Holes {
    private static final int SEEK_DATA = 3;

    private Holes() {}

    /** The first position from one on that may hold something else than zeros; empty where none follows in the file. Moves its offset. */
    public static OptionalLong dataFrom(Fd file, long position) throws ErrnoException {
        var found = FileCalls.lseek(file.number(), position, SEEK_DATA);
        if (found >= 0) {
            return OptionalLong.of(found);
        }
        var errno = Native.getLastError();
        if (errno == Errno.ENXIO) {
            return OptionalLong.empty();
        }
        throw new ErrnoException("lseek", file.toString(), errno);
    }
}
