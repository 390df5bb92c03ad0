package dev.berth.image.layer.limit;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What one layer may grow to.
 *
 * @param bytes of the archive once it is decompressed
 * @param entries of the archive
 * @param ratio of decompressed to compressed bytes, looked at from {@link #RATIO_FREE} bytes on
 * @param reserve bytes that stay free on the file system; on a small one, a part of it
 */
public record UnpackLimits(long bytes, long entries, int ratio, long reserve) {
    /** Layers of zeros shrink as far as their format can (gzip: 1032 times); small ones do no harm. */
    static final long RATIO_FREE = 1L << 30;

    public static final UnpackLimits DEFAULT = new UnpackLimits(256L << 30, 4_000_000, 1100, 512L << 20);

    /** Fails if so many bytes more would leave less than the reserve on the file system of a directory. */
    public void requireRoom(Path directory, long more) throws IOException {
        new Room(directory, reserve).require(more);
    }
}
