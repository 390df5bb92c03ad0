package dev.berth.engine.stats;

import dev.berth.engine.failure.EngineException;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import java.util.Optional;

/** One look at files of the kernel that go when what they tell of does. */
@FunctionalInterface
interface Reading<T> {
    T read() throws ErrnoException;

    /** Absent if it has gone. */
    static <T> Optional<T> of(String subject, Reading<T> reading) throws EngineException {
        try {
            return Optional.of(reading.read());
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV) || e.is(Errno.ESRCH)) {
                return Optional.empty();
            }
            throw new EngineException(
                    EngineException.Code.INTERNAL, "read statistics of %s: %s".formatted(subject, Reason.of(e)), e);
        }
    }
}
