package dev.berth.linux.process;

import com.sun.jna.Native;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;

/** Bytes in anonymous memory that nobody, not even this process, can change any more. */
public final class SealedFile {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;

    /** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE. */
    private static final long ALL_SEALS = 1 | 2 | 4 | 8;

    private SealedFile() {}

    /** A new file with this content. The name is only a label that /proc shows. */
    public static Fd of(String name, byte[] content) throws ErrnoException {
        Fd file = Fd.orThrow(DescriptorCalls.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create", name);
        try {
            Descriptors.writeAll(file, content);
            if (DescriptorCalls.fcntl(file.number(), F_ADD_SEALS, ALL_SEALS) != 0) {
                throw new ErrnoException("fcntl", "F_ADD_SEALS, " + name, Native.getLastError());
            }
            return file;
        } catch (ErrnoException e) {
            file.close();
            throw e;
        }
    }
}
