package dev.berth.linux.mount;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A directory whose files are read as a process rooted in it would: no link leads out of it. */
public final class RootDirectory implements AutoCloseable {
    /** {@code OVL_MAX_STACK} of fs/overlayfs/params.h. */
    private static final int LIMIT = 500;

    /** As many as the kernel follows, path_resolution(7). */
    private static final int MOST_LINKS = 40;

    private final Fd directory;
    private final String subject;

    private RootDirectory(Fd directory, String subject) {
        this.directory = directory;
        this.subject = subject;
    }

    public static RootDirectory at(Path path) throws IOException {
        String name = path.toString();
        return new RootDirectory(MountCalls.open(name, MountCalls.O_PATH | MountCalls.O_DIRECTORY), name);
    }

    /** The union of layers, lowest first, as a read-only overlay that is attached nowhere and ends with this object. */
    public static RootDirectory overlay(List<Path> layers) throws IOException {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("an overlay of no layers");
        }
        // overlay refuses a single layer that nothing is written over
        return layers.size() == 1 ? at(layers.getFirst()) : union(layers);
    }

    private static RootDirectory union(List<Path> layers) throws IOException {
        String subject = "overlay of " + layers.size() + " layers on " + layers.getFirst();
        if (layers.size() > LIMIT) {
            throw new IOException(subject + ": the kernel takes " + LIMIT);
        }
        try (Fd context = MountCalls.fsopen("overlay")) {
            for (Path layer : layers.reversed()) {
                MountCalls.fsconfigString(context, "lowerdir+", layer.toString());
            }
            MountCalls.fsconfigCreate(context, subject);
            return new RootDirectory(MountCalls.fsmount(context, MountCalls.MOUNT_ATTR_RDONLY, subject), subject);
        }
    }

    /** Whether there is anything at a path. */
    public boolean contains(String path) throws IOException {
        try (Fd found = resolve(path)) {
            return found.number() >= 0;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return false;
            }
            throw e;
        }
    }

    /** Whether a path is a directory, without any link on the way, or nothing is there yet. */
    public boolean takesDirectory(String path) throws IOException {
        long plain = MountCalls.RESOLVE_IN_ROOT | MountCalls.RESOLVE_NO_SYMLINKS;
        try (Fd found = MountCalls.openat2(directory, path, MountCalls.O_PATH | MountCalls.O_DIRECTORY, plain)) {
            return found.number() >= 0;
        } catch (ErrnoException e) {
            if (e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR)) {
                return false;
            }
            if (e.is(Errno.ENOENT)) {
                return true;
            }
            throw e;
        }
    }

    /** A directory and its entries, whose names are arbitrary bytes; empty if nothing is at the path. A file there fails with ENOTDIR. */
    public Optional<Directory> directory(String path) throws ErrnoException {
        try (Directory root = Directory.open(Path.of("/proc/self/fd", Integer.toString(directory.number())))) {
            return Optional.of(root.inRoot(path));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Where a path leads when the links on it are followed inside; what is missing is taken as it is written. */
    public String resolved(String path) throws IOException {
        Deque<String> left = new ArrayDeque<>(names(path));
        Deque<String> done = new ArrayDeque<>();
        int links = 0;
        try (Directory root = Directory.open(Path.of("/proc/self/fd", Integer.toString(directory.number())))) {
            while (!left.isEmpty()) {
                String name = left.removeFirst();
                Optional<String> target = name.equals("..") ? Optional.empty() : link(root, done, name);
                if (target.isPresent()) {
                    if (++links > MOST_LINKS) {
                        throw new IOException(
                                "resolve " + path + " in " + subject + ": more than " + MOST_LINKS + " links");
                    }
                    if (target.get().startsWith("/")) {
                        done.clear();
                    }
                    names(target.get()).reversed().forEach(left::addFirst);
                } else if (name.equals("..")) {
                    done.pollLast();
                } else {
                    done.addLast(name);
                }
            }
        }
        return "/" + String.join("/", done);
    }

    private static List<String> names(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }

    private static Optional<String> link(Directory root, Deque<String> parent, String name) throws ErrnoException {
        try (Directory directory = root.exactly(parent.isEmpty() ? "." : String.join("/", parent))) {
            return Optional.of(directory.link(name));
        } catch (ErrnoException e) {
            // EINVAL: it is there, and no link
            if (e.is(Errno.EINVAL) || e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Fd resolve(String path) throws ErrnoException {
        long inside = MountCalls.RESOLVE_IN_ROOT | MountCalls.RESOLVE_NO_MAGICLINKS;
        return MountCalls.openat2(directory, path, MountCalls.O_PATH, inside);
    }

    /** The content of a regular file; empty if there is none. Anything else, or more than {@code limit} bytes, fails. */
    public Optional<byte[]> read(String path, int limit) throws IOException {
        Optional<InputStream> file = open(path);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = file.get()) {
            byte[] content = in.readNBytes(limit);
            if (in.read() >= 0) {
                throw new IOException("read " + path + " in " + subject + ": larger than " + limit + " bytes");
            }
            return Optional.of(content);
        }
    }

    /** A regular file, opened to be read; empty if there is none. Anything else fails. */
    public Optional<InputStream> open(String path) throws IOException {
        try (Fd file = resolve(path)) {
            return Optional.of(reopen(file, path));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** O_PATH has not touched the file yet: opening a FIFO or a device would block or act. */
    private InputStream reopen(Fd file, String path) throws IOException {
        Path reopened = Path.of("/proc/self/fd", Integer.toString(file.number()));
        if (!Files.isRegularFile(reopened)) {
            throw new IOException("read " + path + " in " + subject + ": not a regular file");
        }
        return Files.newInputStream(reopened);
    }

    @Override
    public void close() {
        directory.close();
    }
}
