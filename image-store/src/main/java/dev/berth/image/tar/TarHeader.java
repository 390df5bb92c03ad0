package dev.berth.image.tar;

import java.nio.charset.StandardCharsets;

/** One header block and the fields in it (POSIX ustar, GNU, and the old form before both). */
final class TarHeader {
    private static final int TYPE = 156;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;

    private final byte[] block;

    TarHeader(byte[] block) throws TarFormatException {
        this.block = block;
        if (!checksumHolds()) {
            throw new TarFormatException("a header's checksum is wrong");
        }
    }

    static boolean isZero(byte[] block) {
        for (var b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Sums of signed bytes are accepted too: some old writers made them. */
    private boolean checksumHolds() throws TarFormatException {
        var unsigned = 0L;
        var signed = 0L;
        for (var i = 0; i < block.length; i++) {
            var blank = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            unsigned += blank ? ' ' : block[i] & 0xff;
            signed += blank ? ' ' : block[i];
        }
        var stored = number(CHECKSUM, CHECKSUM_LENGTH);
        return stored == unsigned || stored == signed;
    }

    char type() {
        return (char) (block[TYPE] & 0xff);
    }

    String path() {
        var name = text(0, 100);
        var prefix = text(257, 6).equals("ustar") && block[262] == 0 ? text(345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    int mode() throws TarFormatException {
        return (int) number(100, 8) & 07777;
    }

    long user() throws TarFormatException {
        return number(108, 8);
    }

    long group() throws TarFormatException {
        return number(116, 8);
    }

    long size() throws TarFormatException {
        var size = number(124, 12);
        if (size < 0) {
            throw new TarFormatException("an entry's size is negative");
        }
        return size;
    }

    long mtime() throws TarFormatException {
        return number(136, 12);
    }

    String linkTarget() {
        return text(157, 100);
    }

    int major() throws TarFormatException {
        return (int) number(329, 8);
    }

    int minor() throws TarFormatException {
        return (int) number(337, 8);
    }

    String text(int offset, int length) {
        var end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return new String(block, offset, end - offset, StandardCharsets.ISO_8859_1);
    }

    boolean flag(int offset) {
        return block[offset] != 0;
    }

    /** Octal digits between blanks, or base 256 if the first bit is set. */
    long number(int offset, int length) throws TarFormatException {
        return number(block, offset, length);
    }

    static long number(byte[] block, int offset, int length) throws TarFormatException {
        return (block[offset] & 0x80) != 0 ? binary(block, offset, length) : octal(block, offset, length);
    }

    private static long binary(byte[] block, int offset, int length) throws TarFormatException {
        var negative = (block[offset] & 0x40) != 0;
        var value = negative ? -1L : 0L;
        for (var i = 0; i < length; i++) {
            var digit = i == 0 && !negative ? block[offset] & 0x7f : block[offset + i] & 0xff;
            if ((value >> 55) != (negative ? -1L : 0L)) {
                throw new TarFormatException("a number in a header is too large");
            }
            value = (value << 8) | digit;
        }
        return value;
    }

    private static long octal(byte[] block, int offset, int length) throws TarFormatException {
        var text = new String(block, offset, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        var end = text.indexOf(' ');
        var digits = end < 0 ? text : text.substring(0, end);
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new TarFormatException("'" + digits + "' in a header is not an octal number");
        }
    }
}
