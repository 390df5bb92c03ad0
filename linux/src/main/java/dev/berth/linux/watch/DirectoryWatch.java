package dev.berth.linux.watch;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.process.Pipe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Waits for changes of the files in some directories. A directory may be missing, and may be removed and made again with
 * its parents at any time: each parent is watched for the name of the next one. For one waiting thread.
 */
public final class DirectoryWatch implements AutoCloseable {
    private static final int IN_NONBLOCK = 04000;
    private static final int IN_CLOEXEC = 02000000;
    private static final int IN_ONLYDIR = 0x01000000;
    /** A directory may be one to look into and a parent of another. */
    private static final int IN_MASK_ADD = 0x20000000;

    private static final int IN_IGNORED = 0x8000;
    private static final int IN_Q_OVERFLOW = 0x4000;
    /** Moved from and to, created, deleted; for what is inside also written and given other rights. */
    private static final int NAMES = 0x40 | 0x80 | 0x100 | 0x200;

    private static final int CONTENTS = NAMES | 0x04 | 0x08;
    private static final int HEADER = 16;
    /** Many events at once; at least one with the longest name. */
    private static final int BUFFER = 64 * 1024;

    private final List<Path> directories;
    private final Fd inotify;
    private final Pipe end;
    /** By watch: the names that matter there; an empty set for all of them. */
    private Map<Integer, Set<String>> watched = Map.of();

    private DirectoryWatch(List<Path> directories, Fd inotify, Pipe end) {
        this.directories = List.copyOf(directories);
        this.inotify = inotify;
        this.end = end;
    }

    /** Throws EMFILE when this user has too many watches. */
    public static DirectoryWatch open(List<Path> directories) throws ErrnoException {
        int number = WatchCalls.inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        Fd inotify = Fd.orThrow(number, "inotify_init1", "");
        try {
            return new DirectoryWatch(directories, inotify, Pipe.open());
        } catch (ErrnoException e) {
            inotify.close();
            throw e;
        }
    }

    /**
     * Waits until something may have changed since the last call returned, or the time is up. The first call and one
     * that finds a directory that was not there before return at once.
     *
     * @return whether something may have changed
     */
    public boolean await(Duration limit) throws ErrnoException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean changed = arm();
        while (!changed) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0 || !ready((int) Math.min(left, Integer.MAX_VALUE))) {
                return false;
            }
            changed = matters();
        }
        matters();
        return true;
    }

    /** Watching what is watched already gives the same number again. */
    private boolean arm() throws ErrnoException {
        Map<Integer, Set<String>> now = new HashMap<>();
        for (Path directory : directories) {
            for (Path parent = directory; parent.getParent() != null; parent = parent.getParent()) {
                add(parent.getParent(), NAMES, Set.of(parent.getFileName().toString()), now);
            }
            add(directory, CONTENTS, Set.of(), now);
        }
        boolean more = !watched.keySet().containsAll(now.keySet());
        watched.keySet().stream()
                .filter(watch -> !now.containsKey(watch))
                .forEach(watch -> WatchCalls.inotify_rm_watch(inotify.number(), watch));
        watched = now;
        return more;
    }

    private void add(Path path, int mask, Set<String> names, Map<Integer, Set<String>> now) throws ErrnoException {
        int watch = WatchCalls.inotify_add_watch(inotify.number(), path.toString(), mask | IN_ONLYDIR | IN_MASK_ADD);
        int errno = Native.getLastError();
        if (watch >= 0) {
            now.merge(watch, names, DirectoryWatch::both);
        } else if (errno != Errno.ENOENT && errno != Errno.ENOTDIR && errno != Errno.EACCES) {
            throw new ErrnoException("inotify_add_watch", path.toString(), errno);
        }
    }

    private static Set<String> both(Set<String> one, Set<String> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Set.of();
        }
        Set<String> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }

    /** Whether an event has come; false at the end of the time and of this watch. */
    private boolean ready(int milliseconds) throws ErrnoException {
        short input = 1;
        ByteBuffer descriptors = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        descriptors.putInt(inotify.number()).putShort(input).putShort((short) 0);
        descriptors.putInt(end.readEnd().number()).putShort(input).putShort((short) 0);
        int count = WatchCalls.poll(descriptors.array(), 2, milliseconds);
        int errno = Native.getLastError();
        if (count < 0 && errno != Errno.EINTR) {
            throw new ErrnoException("poll", "inotify", errno);
        }
        return count > 0 && descriptors.getShort(14) == 0;
    }

    /** Takes all events that have come. */
    private boolean matters() throws ErrnoException {
        byte[] buffer = new byte[BUFFER];
        boolean matters = false;
        while (true) {
            long count = WatchCalls.read(inotify.number(), buffer, buffer.length);
            int errno = Native.getLastError();
            if (count <= 0) {
                if (count < 0 && errno != Errno.EAGAIN && errno != Errno.EINTR) {
                    throw new ErrnoException("read", "inotify", errno);
                }
                return matters;
            }
            matters |= matters(ByteBuffer.wrap(buffer, 0, (int) count).order(ByteOrder.nativeOrder()));
        }
    }

    /** struct inotify_event: watch, mask, cookie, length of the name, the name padded with zeros. */
    private boolean matters(ByteBuffer events) {
        boolean matters = false;
        while (events.remaining() >= HEADER) {
            int watch = events.getInt();
            int mask = events.getInt();
            events.getInt();
            byte[] name = new byte[events.getInt()];
            events.get(name);
            Set<String> names = watched.getOrDefault(watch, Set.of());
            String text = new String(name, StandardCharsets.UTF_8).replace("\0", "");
            matters |= (mask & (IN_IGNORED | IN_Q_OVERFLOW)) != 0 || names.isEmpty() || names.contains(text);
        }
        return matters;
    }

    /** Ends the wait of the other thread, which then gets false; it is not to call again. */
    public void end() {
        WatchCalls.write(end.writeEnd().number(), new byte[1], 1);
    }

    @Override
    public void close() {
        inotify.close();
        end.close();
    }
}
