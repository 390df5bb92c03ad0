package dev.berth.image.tar;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A window over the archive's bytes, from which content is handed out without a copy. */
final class TarBuffer {
    static final int BLOCK = 512;
    private static final int SIZE = 128 << 10;

    private final InputStream in;
    /** Gets all bytes that are no file's content. */
    private final TarReader.Sink literals;

    private final byte[] bytes = new byte[SIZE];
    private int start;
    private int end;
    private long consumed;

    TarBuffer(InputStream in, TarReader.Sink literals) {
        this.in = in;
        this.literals = literals;
    }

    /** The offset in the archive of the next byte. */
    long position() {
        return consumed;
    }

    /** The next block, or an empty array at the end of the archive. */
    byte[] block() throws IOException {
        if (!fill(BLOCK)) {
            if (end > start) {
                throw truncated();
            }
            return new byte[0];
        }
        var block = Arrays.copyOfRange(bytes, start, start + BLOCK);
        literals.accept(block, 0, BLOCK);
        advance(BLOCK);
        return block;
    }

    /** Exactly {@code length} bytes, a length the caller has bounded. */
    byte[] content(int length) throws IOException {
        var content = new byte[length];
        var filled = new int[1];
        content(length, (chunk, offset, count) -> {
            System.arraycopy(chunk, offset, content, filled[0], count);
            filled[0] += count;
        });
        literals.accept(content, 0, length);
        return content;
    }

    void content(long length, TarReader.Sink sink) throws IOException {
        for (var left = length; left > 0; ) {
            if (start == end && !fill(1)) {
                throw truncated();
            }
            var count = (int) Math.min(left, end - start);
            sink.accept(bytes, start, count);
            advance(count);
            left -= count;
        }
    }

    /** Passes over the filling that brings content of a length to a whole number of blocks. */
    void padding(long length) throws IOException {
        pass(-length & (BLOCK - 1));
    }

    /** Passes over bytes that nobody asks for. */
    void pass(long length) throws IOException {
        content(length, literals);
    }

    /** Passes over all that is left. */
    void passRest() throws IOException {
        while (start < end || fill(1)) {
            pass(end - start);
        }
    }

    private void advance(int count) {
        start += count;
        consumed += count;
    }

    private boolean fill(int wanted) throws IOException {
        if (end - start >= wanted) {
            return true;
        }
        System.arraycopy(bytes, start, bytes, 0, end - start);
        end -= start;
        start = 0;
        while (end < wanted) {
            var count = in.read(bytes, end, SIZE - end);
            if (count < 0) {
                return false;
            }
            end += count;
        }
        return true;
    }

    private TarFormatException truncated() {
        return new TarFormatException(
                "the archive ends in the middle of an entry, at byte " + (consumed + end - start));
    }
}
