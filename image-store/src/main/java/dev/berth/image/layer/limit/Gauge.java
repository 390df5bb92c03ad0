package dev.berth.image.layer.limit;

import dev.berth.image.layer.digest.DigestingStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Stops a layer that grows beyond its limits while it is decompressed. */
public final class Gauge extends FilterInputStream {
    private static final long STEP = 16 << 20;

    private final DigestingStream blob;
    private final UnpackLimits limits;
    private final Room room;
    private long total;
    private long nextLook = STEP;

    public Gauge(InputStream plain, DigestingStream blob, UnpackLimits limits, Room room) {
        super(plain);
        this.blob = blob;
        this.limits = limits;
        this.room = room;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        var count = super.read(bytes, offset, length);
        total += Math.max(count, 0);
        if (total > limits.bytes()) {
            throw new LayerException.Refused("a layer grows beyond " + limits.bytes() + " bytes");
        }
        if (total >= nextLook) {
            room.require(STEP);
            nextLook = total + STEP;
        }
        if (total > UnpackLimits.RATIO_FREE && total / Math.max(1, blob.count()) > limits.ratio()) {
            throw new LayerException.Refused(
                    "a layer grows to more than " + limits.ratio() + " times its compressed size");
        }
        return count;
    }
}
