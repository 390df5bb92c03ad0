package dev.berth.image.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the plain files of an archive: ustar, with sizes beyond 8 GiB and names beyond 100 bytes as GNU writes them. */
public final class TarWriter {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;
    private static final String LONG_NAME = "././@LongLink";
    private static final long LARGEST_OCTAL = (1L << 33) - 1;

    /** Writes a file's content, of the length that was announced. */
    @FunctionalInterface
    public interface Content {
        void write(OutputStream out) throws IOException;
    }

    private final OutputStream out;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    public void file(String name, byte[] content) throws IOException {
        file(name, content.length, target -> target.write(content));
    }

    public void file(String name, long size, Content content) throws IOException {
        if (name.length() > LONGEST_NAME) {
            var whole = (name + "\0").getBytes(StandardCharsets.US_ASCII);
            entry(header(LONG_NAME, "L", whole.length), whole.length, target -> target.write(whole));
        }
        entry(header(name.substring(0, Math.min(LONGEST_NAME, name.length())), "0", size), size, content);
    }

    private void entry(byte[] header, long size, Content content) throws IOException {
        out.write(header);
        content.write(out);
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    /** Two empty blocks end an archive. */
    public void finish() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private static byte[] header(String name, String kind, long size) {
        var block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, "0000644\0" + "0000000\0" + "0000000\0");
        size(block, size);
        put(block, 136, "00000000000\0" + "        " + kind);
        put(block, 257, "ustar\0" + "00");
        var sum = 0;
        for (var each : block) {
            sum += each & 0xff;
        }
        put(block, 148, "%06o\0 ".formatted(sum));
        return block;
    }

    private static void size(byte[] block, long size) {
        if (size <= LARGEST_OCTAL) {
            put(block, 124, "%011o\0".formatted(size));
            return;
        }
        block[124] = (byte) 0x80;
        for (var i = 0; i < Long.BYTES; i++) {
            block[135 - i] = (byte) (size >>> (8 * i));
        }
    }

    private static void put(byte[] block, int offset, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }
}
