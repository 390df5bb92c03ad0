package dev.berth.cgroup.resource;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.Optional;
import java.util.OptionalLong;

/** Numbers of control files told in the words of those that were asked for. */
public final class Grain {
    /** The kernel rounds bytes down to its pages, which have at most 64 KiB. */
    private static final long LARGEST_PAGE = 65536;

    /** What v1 prints for "no limit", rounded down to such pages. */
    private static final long UNLIMITED = Long.MAX_VALUE / LARGEST_PAGE * LARGEST_PAGE;

    private static final long DEFAULT_PERIOD = 100_000;

    private Grain() {}

    /** Negative for no limit; absent where there is none and none was asked for. */
    public static OptionalLong limit(String file, OptionalLong asked) {
        long has = file.equals("max") ? UNLIMITED : Long.parseLong(file);
        if (has < UNLIMITED) {
            return OptionalLong.of(has);
        }
        return Resources.asked(asked) ? OptionalLong.of(-1) : OptionalLong.empty();
    }

    public static OptionalLong bytes(String file, OptionalLong asked) {
        OptionalLong has = limit(file, asked);
        long rounded = asked.orElse(-1) - has.orElse(-1);
        return has.orElse(-1) >= 0 && rounded > 0 && rounded < LARGEST_PAGE ? asked : has;
    }

    public static void cpu(long quota, long period, Resources asked, ResourcesBuilder found) {
        if (quota > 0 || Resources.asked(asked.cpuQuota())) {
            found.cpuQuota(quota);
        }
        if (quota > 0 || period != DEFAULT_PERIOD || Resources.asked(asked.cpuPeriod())) {
            found.cpuPeriod(period);
        }
    }

    /** Absent if the kernel was built or started without that accounting. */
    public static Optional<String> ifPresent(String file) throws ErrnoException {
        try {
            return Optional.of(Kernfs.read(file));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
