package dev.berth.linux.fs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What statx(2) says about a file; {@code mode} holds type and permission bits. */
public record FileStatus(int mode, int user, int group, int links, long size, long mtimeSeconds, int mtimeNanos) {
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
                fields.getLong(40),
                fields.getLong(112),
                fields.getInt(120));
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
