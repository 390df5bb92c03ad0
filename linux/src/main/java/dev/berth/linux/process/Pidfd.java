package dev.berth.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.util.Optional;

/** Descriptors that name a process, whatever becomes of its number. */
public final class Pidfd {
    private Pidfd() {}

    /** The process's descriptor, or empty if it is no longer there. */
    public static Optional<Fd> open(ProcessIdentity process) throws ErrnoException {
        int number = Processes.pidfd_open(process.pid(), 0);
        int errno = Native.getLastError();
        if (number < 0 && errno == Errno.ESRCH) {
            return Optional.empty();
        }
        if (number < 0) {
            throw new ErrnoException("pidfd_open", Integer.toString(process.pid()), errno);
        }
        Fd pidfd = new Fd(number);
        if (process.exists()) {
            return Optional.of(pidfd);
        }
        pidfd.close();
        return Optional.empty();
    }

    /** The descriptor of a child that nobody has waited for yet. */
    static Fd ofChild(int pid) throws ErrnoException {
        return Fd.orThrow(Processes.pidfd_open(pid, 0), "pidfd_open", Integer.toString(pid));
    }

    /** Sends a signal; false if the process has ended. */
    public static boolean send(Fd pidfd, int signal) throws ErrnoException {
        if (Processes.pidfd_send_signal(pidfd.number(), signal, Pointer.NULL, 0) == 0) {
            return true;
        }
        int errno = Native.getLastError();
        if (errno == Errno.ESRCH) {
            return false;
        }
        throw new ErrnoException("pidfd_send_signal", "signal " + signal, errno);
    }
}
