package dev.berth.cgroup.resource;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Control files written one after the other; if one is refused, the earlier ones get their old values back. */
public final class WriteTransaction {
    private final Deque<Write> undo = new ArrayDeque<>();

    private WriteTransaction() {}

    public static void run(List<Write> writes) throws ErrnoException {
        var transaction = new WriteTransaction();
        try {
            for (Write write : writes) {
                transaction.write(write);
            }
        } catch (ErrnoException refused) {
            transaction.rollBack(refused);
            throw refused;
        }
    }

    private void write(Write write) throws ErrnoException {
        try {
            String before = Kernfs.read(write.file());
            if (!before.equals(write.value())) {
                Kernfs.write(write.file(), write.value());
                undo.push(Write.of(write.file(), before));
            }
        } catch (ErrnoException e) {
            if (!write.optional() || !e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /** What cannot be restored is added to the error: the caller then knows that the cgroup is between two states. */
    private void rollBack(ErrnoException refused) {
        for (Write old : undo) {
            try {
                // a write of no bytes does not reach the kernel
                Kernfs.write(old.file(), old.value().isEmpty() ? "\n" : old.value());
            } catch (ErrnoException e) {
                refused.addSuppressed(e);
            }
        }
    }
}
