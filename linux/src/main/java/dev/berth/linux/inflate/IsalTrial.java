package dev.berth.linux.inflate;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;

/**
 * Inflates a sample once: only {@code next_out} to {@code read_in_length} are where they always were, so a library whose state differs
 * behind them must be found out before it is used.
 */
final class IsalTrial {
    static final boolean PASSED = passes();

    private static final int TRAILER = 8;
    private static final int SIZE = 100_000;

    private IsalTrial() {}

    private static boolean passes() {
        try (var inflater = new IsalInflater()) {
            return inflates(inflater, sample());
        } catch (UnsatisfiedLinkError | NoClassDefFoundError | DataFormatException e) {
            return false;
        }
    }

    private static byte[] sample() {
        var bytes = new byte[SIZE];
        for (var at = 0; at < SIZE; at++) {
            bytes[at] = (byte) ((at * at) >> 7);
        }
        return bytes;
    }

    private static boolean inflates(IsalInflater inflater, byte[] plain) throws DataFormatException {
        var packed = new byte[IsalInflater.LARGEST_INPUT];
        var length = deflate(plain, packed) + TRAILER;
        var found = new byte[SIZE + 1];
        inflater.input(packed, 0, length);
        var count = inflater.inflate(found, 0, SIZE / 2);
        var early = inflater.finished();
        count += inflater.inflate(found, count, found.length - count);
        return !early
                && inflater.finished()
                && inflater.remaining() == TRAILER
                && Arrays.equals(plain, Arrays.copyOf(found, count));
    }

    private static int deflate(byte[] plain, byte[] packed) {
        try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(plain);
            deflater.finish();
            return deflater.deflate(packed, 0, packed.length - TRAILER);
        }
    }
}
