package dev.berth.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;

/** Waiting for a child of this process. */
public final class ChildProcess {
    private ChildProcess() {}

    /** Waits for the child's end and returns its wait status, as waitpid(2) encodes it. */
    public static int await(int pid) throws ErrnoException {
        try (Memory status = new Memory(Integer.BYTES)) {
            while (Processes.waitpid(pid, status, 0) < 0) {
                int errno = Native.getLastError();
                if (errno != Errno.EINTR) {
                    throw new ErrnoException("waitpid", Integer.toString(pid), errno);
                }
            }
            return status.getInt(0);
        }
    }
}
