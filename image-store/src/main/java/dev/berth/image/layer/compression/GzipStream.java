package dev.berth.image.layer.compression;

import dev.berth.linux.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.ZipException;

/** Decompresses gzip (RFC 1952), all members of it. Checksums are not looked at: the layer's own digest covers the result. */
final class GzipStream extends InputStream {
    private static final int TRAILER = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflation inflation;
    /** New input goes behind the last bytes of the one before, which may turn out to lie behind the end of a member. */
    private final byte[] buffer = new byte[Inflation.OVERREAD + Inflation.LARGEST_INPUT];

    private int start = Inflation.OVERREAD;
    private int end = Inflation.OVERREAD;
    private boolean member;
    private boolean finished;

    GzipStream(InputStream in) {
        this(in, Inflation.fastest());
    }

    GzipStream(InputStream in, Inflation inflation) {
        this.in = in;
        this.inflation = inflation;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!finished && length > 0) {
            if (!member && !nextMember()) {
                break;
            }
            var count = inflate(bytes, offset, length);
            if (count > 0) {
                return count;
            }
        }
        return length == 0 ? 0 : -1;
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        try {
            var count = inflation.inflate(bytes, offset, length);
            if (inflation.finished()) {
                start = end - inflation.remaining();
                member = false;
                skip(TRAILER);
            } else if (inflation.needsInput()) {
                feed();
            }
            return count;
        } catch (DataFormatException e) {
            throw (ZipException) new ZipException("the gzip data is broken: " + Reason.of(e)).initCause(e);
        }
    }

    private void feed() throws IOException {
        if (!fill()) {
            throw new EOFException("the gzip data ends too early");
        }
        inflation.input(buffer, start, end - start);
    }

    /** Zeros after the last member are filling; anything else there is an error. */
    private boolean nextMember() throws IOException {
        var first = next();
        while (first == 0) {
            first = next();
        }
        if (first < 0) {
            finished = true;
            return false;
        }
        if (first != 0x1f || next() != 0x8b || next() != 8) {
            throw new ZipException("the data is not gzip");
        }
        header();
        inflation.begin();
        inflation.input(buffer, start, end - start);
        member = true;
        return true;
    }

    private void header() throws IOException {
        var flags = required();
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(required() | required() << 8);
        }
        if ((flags & NAME) != 0) {
            text();
        }
        if ((flags & COMMENT) != 0) {
            text();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
    }

    private void text() throws IOException {
        while (required() != 0) {
            // up to the terminating zero
        }
    }

    private void skip(int count) throws IOException {
        for (var i = 0; i < count; i++) {
            required();
        }
    }

    private int required() throws IOException {
        var value = next();
        if (value < 0) {
            throw new EOFException("the gzip data ends too early");
        }
        return value;
    }

    private int next() throws IOException {
        return start < end || fill() ? buffer[start++] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, end - Inflation.OVERREAD, buffer, 0, Inflation.OVERREAD);
        start = Inflation.OVERREAD;
        var count = in.read(buffer, start, Inflation.LARGEST_INPUT);
        end = start + Math.max(count, 0);
        return count > 0;
    }

    @Override
    public void close() throws IOException {
        inflation.close();
        in.close();
    }
}
