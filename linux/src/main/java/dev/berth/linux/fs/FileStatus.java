package dev.berth.linux.fs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statx(2) says about a file.
 *
 * @param mode type and permission bits
 * @param blocks of 512 bytes that it really takes
 * @param changedSeconds the time of the last change of anything, which nobody can set
 * @param major of a device, as {@code minor}
 */
public record FileStatus(
        int mode,
        int user,
        int group,
        int links,
        long inode,
        long size,
        long blocks,
        long mtimeSeconds,
        int mtimeNanos,
        long changedSeconds,
        int changedNanos,
        int major,
        int minor) {
    public static final int TYPE = 0170000;
    public static final int DIRECTORY = 0040000;
    public static final int REGULAR = 0100000;
    public static final int SYMLINK = 0120000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int FIFO = 0010000;

    static final int BUFFER_SIZE = 256;

    /** Offsets of struct statx, which is the same on every processor. */
    static FileStatus decode(byte[] statx) {
        var fields = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        return new FileStatus(
                fields.getShort(28) & 0xffff,
                fields.getInt(20),
                fields.getInt(24),
                fields.getInt(16),
                fields.getLong(32),
                fields.getLong(40),
                fields.getLong(48),
                fields.getLong(112),
                fields.getInt(120),
                fields.getLong(96),
                fields.getInt(104),
                fields.getInt(128),
                fields.getInt(132));
    }

    public boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    public boolean isCharacterDevice() {
        return (mode & TYPE) == CHARACTER_DEVICE;
    }

    public int permissions() {
        return mode & 07777;
    }
}
