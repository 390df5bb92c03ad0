package dev.berth.linux.fs;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An open directory and what can be done to its entries: no method follows a symbolic link, {@link #inRoot} excepted, which never leaves
 * this directory. Names are encoded with the charset given when it was opened; ISO-8859-1 carries every byte through unchanged.
 */
public final class Directory implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int STATX_BASIC = 0x7ff;
    private static final long SYS_OPENAT2 = 437;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_IN_ROOT = 0x10;
    private static final int LONGEST_PATH = 4096;
    private static final long OPEN_HOW_SIZE = 24;
    private static final int OPEN_DIRECTORY = OpenFlag.DIRECTORY | OpenFlag.CLOEXEC;
    private static final int LISTING_BUFFER = 32 << 10;

    private final Fd fd;
    private final Charset names;

    private Directory(Fd fd, Charset names) {
        this.fd = fd;
        this.names = names;
    }

    /** Opens a directory by its path, which the caller vouches for, for entries whose names are arbitrary bytes. */
    public static Directory open(Path path) throws ErrnoException {
        return open(path, StandardCharsets.ISO_8859_1);
    }

    public static Directory open(Path path, Charset names) throws ErrnoException {
        var bytes = terminated(path.toString(), StandardCharsets.UTF_8);
        var fd = Fd.orThrow(FileCalls.openat(AT_FDCWD, bytes, OPEN_DIRECTORY, 0), "open", path.toString());
        return new Directory(fd, names);
    }

    public Fd fd() {
        return fd;
    }

    /** Opens a directory below this one, following symbolic links as if this directory were the root. */
    public Directory inRoot(String path) throws ErrnoException {
        return resolved(path, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    }

    /** Opens a directory below this one if no part of the path is a symbolic link; otherwise this fails with ELOOP. */
    public Directory exactly(String path) throws ErrnoException {
        return resolved(path, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
    }

    private Directory resolved(String path, long rule) throws ErrnoException {
        var how = new long[] {OPEN_DIRECTORY, 0, rule};
        var result = FileCalls.syscall(SYS_OPENAT2, fd.number(), bytes(path), how, OPEN_HOW_SIZE);
        return new Directory(Fd.orThrow((int) result, "openat2", path), names);
    }

    /** Opens a directory that is an entry of this one. */
    public Directory child(String name) throws ErrnoException {
        var result = FileCalls.openat(fd.number(), bytes(name), OPEN_DIRECTORY | OpenFlag.NOFOLLOW, 0);
        return new Directory(Fd.orThrow(result, "openat", name), names);
    }

    /** Makes a new, empty regular file, open for writing. */
    public Fd create(String name, int mode) throws ErrnoException {
        var flags = OpenFlag.WRONLY | OpenFlag.CREAT | OpenFlag.EXCL | OpenFlag.NOFOLLOW | OpenFlag.CLOEXEC;
        return Fd.orThrow(FileCalls.openat(fd.number(), bytes(name), flags, mode), "openat", name);
    }

    /** Opens an entry for reading; a FIFO does not make this wait. */
    public Fd file(String name) throws ErrnoException {
        var flags = OpenFlag.NONBLOCK | OpenFlag.NOFOLLOW | OpenFlag.CLOEXEC;
        return Fd.orThrow(FileCalls.openat(fd.number(), bytes(name), flags, 0), "openat", name);
    }

    public void makeDirectory(String name, int mode) throws ErrnoException {
        check(FileCalls.mkdirat(fd.number(), bytes(name), mode), "mkdirat", name);
    }

    public void symlink(String target, String name) throws ErrnoException {
        check(FileCalls.symlinkat(bytes(target), fd.number(), bytes(name)), "symlinkat", name);
    }

    /** Makes {@code name} here another name of {@code existing} in {@code from}; a symbolic link is linked itself. */
    public void link(Directory from, String existing, String name) throws ErrnoException {
        var result = FileCalls.linkat(from.fd.number(), from.bytes(existing), fd.number(), bytes(name), 0);
        check(result, "linkat", existing + " to " + name);
    }

    /** Makes a device or FIFO; {@code mode} holds the type of {@link FileStatus} and the permissions. */
    public void node(String name, int mode, int major, int minor) throws ErrnoException {
        check(FileCalls.mknodat(fd.number(), bytes(name), mode, device(major, minor)), "mknodat", name);
    }

    public void remove(String name) throws ErrnoException {
        check(FileCalls.unlinkat(fd.number(), bytes(name), 0), "unlinkat", name);
    }

    public void removeDirectory(String name) throws ErrnoException {
        check(FileCalls.unlinkat(fd.number(), bytes(name), AT_REMOVEDIR), "unlinkat", name);
    }

    public void rename(String from, Directory toDirectory, String to) throws ErrnoException {
        var result = FileCalls.renameat(fd.number(), bytes(from), toDirectory.fd.number(), toDirectory.bytes(to));
        check(result, "renameat", from + " to " + to);
    }

    public void owner(String name, int user, int group) throws ErrnoException {
        var result = FileCalls.fchownat(fd.number(), bytes(name), user, group, AT_SYMLINK_NOFOLLOW);
        check(result, "fchownat", name);
    }

    public void modified(String name, long seconds, int nanos) throws ErrnoException {
        var times = new long[] {seconds, nanos, seconds, nanos};
        check(FileCalls.utimensat(fd.number(), bytes(name), times, AT_SYMLINK_NOFOLLOW), "utimensat", name);
    }

    /** Where this directory is now, as the kernel sees it. */
    public String location() throws ErrnoException {
        return link("/proc/self/fd/" + fd.number());
    }

    /** What a symbolic link holds. */
    public String link(String name) throws ErrnoException {
        var target = new byte[LONGEST_PATH];
        var length = FileCalls.readlinkat(fd.number(), bytes(name), target, target.length);
        check(length, "readlinkat", name);
        return new String(target, 0, (int) length, names);
    }

    /** The permissions of an entry that is no symbolic link; what the process's umask took away at its making comes back. */
    public void mode(String name, int mode) throws ErrnoException {
        check(FileCalls.fchmodat(fd.number(), bytes(name), mode, 0), "fchmodat", name);
    }

    /** What an entry is, or empty if there is none of that name. */
    public Optional<FileStatus> status(String name) throws ErrnoException {
        var buffer = new byte[FileStatus.BUFFER_SIZE];
        if (FileCalls.statx(fd.number(), bytes(name), AT_SYMLINK_NOFOLLOW, STATX_BASIC, buffer) == 0) {
            return Optional.of(FileStatus.decode(buffer));
        }
        var errno = Native.getLastError();
        if (errno == Errno.ENOENT) {
            return Optional.empty();
        }
        throw new ErrnoException("statx", name, errno);
    }

    /** The names of all entries but "." and "..", for a directory whose size is ours to say. */
    public List<String> entries() throws ErrnoException {
        var found = new ArrayList<String>();
        for (var names = batch(); !names.isEmpty(); names = batch()) {
            found.addAll(names);
        }
        return found;
    }

    /** The next names, as many as one read of the kernel gives, but "." and ".."; none at the end. */
    public List<String> batch() throws ErrnoException {
        var found = new ArrayList<String>();
        var buffer = new byte[LISTING_BUFFER];
        var count = listing(buffer);
        while (count > 0) {
            decode(buffer, count, found);
            count = found.isEmpty() ? listing(buffer) : 0;
        }
        return found;
    }

    /** How many entries there are from here on. */
    public long count() throws ErrnoException {
        var counted = 0L;
        for (var names = batch(); !names.isEmpty(); names = batch()) {
            counted += names.size();
        }
        return counted;
    }

    private int listing(byte[] buffer) throws ErrnoException {
        var count = FileCalls.getdents64(fd.number(), buffer, buffer.length);
        check(count, "getdents64", fd.toString());
        return (int) count;
    }

    /** struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name. */
    private void decode(byte[] buffer, int count, List<String> found) {
        var records = ByteBuffer.wrap(buffer, 0, count).order(ByteOrder.nativeOrder());
        for (var start = 0; start < count; start += records.getShort(start + 16) & 0xffff) {
            var end = start + 19;
            while (buffer[end] != 0) {
                end++;
            }
            var name = new String(buffer, start + 19, end - start - 19, names);
            if (!name.equals(".") && !name.equals("..")) {
                found.add(name);
            }
        }
    }

    /** Writes the whole file system that holds this directory to its device. */
    public void syncFilesystem() throws ErrnoException {
        check(FileCalls.syncfs(fd.number()), "syncfs", fd.toString());
    }

    private byte[] bytes(String text) {
        return terminated(text, names);
    }

    static byte[] terminated(String text, Charset charset) {
        var bytes = text.getBytes(charset);
        for (var b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a path cannot hold a NUL byte");
            }
        }
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** The kernel's encoding of a device number (linux/kdev_t.h, new_encode_dev, as glibc's makedev widens it). */
    private static long device(int major, int minor) {
        return (minor & 0xffL)
                | ((major & 0xfffL) << 8)
                | ((minor & 0xffffff00L) << 12)
                | ((major & 0xfffff000L) << 32);
    }

    private static void check(long result, String call, String subject) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, subject, Native.getLastError());
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
