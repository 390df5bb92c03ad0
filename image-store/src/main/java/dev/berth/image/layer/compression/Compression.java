package dev.berth.image.layer.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.berth.image.layer.limit.LayerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** How a layer is compressed, told by its first bytes: media types are often wrong. */
public enum Compression {
    GZIP {
        @Override
        InputStream open(InputStream in) {
            return new GzipStream(in);
        }
    },
    ZSTD {
        @Override
        InputStream open(InputStream in) throws IOException {
            var zstd = new ZstdInputStreamNoFinalizer(in);
            zstd.setLongMax(LARGEST_WINDOW_LOG);
            return zstd;
        }
    },
    NONE {
        @Override
        InputStream open(InputStream in) {
            return in;
        }
    };

    /** 128 MiB, the largest window the zstd command accepts unasked. */
    private static final int LARGEST_WINDOW_LOG = 27;

    private static final int MAGIC = 4;

    abstract InputStream open(InputStream in) throws IOException;

    /** A stream of the decompressed bytes, which the caller closes to free native memory; the source stays open. */
    public static InputStream decompress(InputStream in) throws IOException {
        var magic = in.readNBytes(MAGIC);
        var whole = new Whole(in);
        whole.unread(magic);
        return of(magic).open(whole);
    }

    /** The bytes with their beginning put back; closing it leaves the source open, which has another owner. */
    private static final class Whole extends PushbackInputStream {
        Whole(InputStream in) {
            super(in, MAGIC);
        }

        @Override
        public void close() {
            // the source is not ours
        }
    }

    private static Compression of(byte[] magic) throws IOException {
        if (starts(magic, 0x1f, 0x8b)) {
            return GZIP;
        }
        if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd) || skippableFrame(magic)) {
            return ZSTD;
        }
        if (starts(magic, 'B', 'Z', 'h') || starts(magic, 0xfd, '7', 'z', 'X')) {
            throw new LayerException.Refused(
                    "the layer is compressed with bzip2 or xz; gzip, zstd and none are accepted");
        }
        return NONE;
    }

    private static boolean skippableFrame(byte[] magic) {
        return magic.length == MAGIC
                && (magic[0] & 0xf0) == 0x50
                && starts(new byte[] {magic[1], magic[2], magic[3]}, 0x2a, 0x4d, 0x18);
    }

    private static boolean starts(byte[] magic, int... expected) {
        if (magic.length < expected.length) {
            return false;
        }
        for (var i = 0; i < expected.length; i++) {
            if ((magic[i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
