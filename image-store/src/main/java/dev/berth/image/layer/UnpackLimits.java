package dev.berth.image.layer;

/**
 * What one layer may grow to.
 *
 * @param bytes of the archive once it is decompressed
 * @param entries of the archive
 * @param ratio of decompressed to compressed bytes, looked at from {@link #RATIO_FREE} bytes on
 */
public record UnpackLimits(long bytes, long entries, int ratio) {
    /** Layers of zeros shrink as far as their format can (gzip: 1032 times); small ones do no harm. */
    static final long RATIO_FREE = 1L << 30;

    public static final UnpackLimits DEFAULT = new UnpackLimits(256L << 30, 4_000_000, 1100);
}
