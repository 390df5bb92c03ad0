package dev.berth.shim.directory;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.process.Descriptors;
import dev.berth.linux.process.FileLock;
import java.nio.file.Path;
import java.util.Optional;

/** The lock that says: a shim of this object may be alive. The shim inherits it, so it outlives the daemon. */
public final class ObjectLock implements AutoCloseable {
    private static final int LOCK_FILE_MODE = 0600;

    private final Fd file;

    private ObjectLock(Fd file) {
        this.file = file;
    }

    /** The lock, or empty if somebody else has it. */
    public static Optional<ObjectLock> tryAcquire(Path lockFile) throws ErrnoException {
        Fd file = Descriptors.readWrite(lockFile.toString(), LOCK_FILE_MODE);
        try {
            if (FileLock.tryLock(file)) {
                return Optional.of(new ObjectLock(file));
            }
        } catch (ErrnoException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    /** Whether somebody has the lock. Asking never takes it. */
    public static boolean held(Path lockFile) throws ErrnoException {
        try (Fd file = Descriptors.existing(lockFile.toString())) {
            return FileLock.heldElsewhere(file);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    public Fd file() {
        return file;
    }

    /** Gives up this side's share of the lock; a shim that inherited it keeps its own. */
    @Override
    public void close() {
        file.close();
    }
}
