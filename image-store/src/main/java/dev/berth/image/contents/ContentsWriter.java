package dev.berth.image.contents;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.berth.image.oci.Digest;
import dev.berth.image.tar.TarEntry;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;

/** Writes a list of contents while the layer is unpacked; {@link ContentsReader} is its counterpart. */
public final class ContentsWriter implements AutoCloseable {
    static final byte[] MAGIC = "berth contents 1\n".getBytes(StandardCharsets.US_ASCII);
    static final int LONGEST_LITERAL = 64 << 10;
    /** The fastest: headers are so much alike that more effort gains little. */
    private static final int LEVEL = 1;

    private static final int BUFFER = 64 << 10;

    private final Path file;
    private final DigestOutputStream digest;
    private final DataOutputStream out;
    private final byte[] literal = new byte[LONGEST_LITERAL];
    private int literalLength;
    private int replacements;

    public ContentsWriter(Path file) throws IOException {
        this.file = file;
        this.digest = new DigestOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Digest.sha256());
        this.out =
                new DataOutputStream(new BufferedOutputStream(new ZstdOutputStreamNoFinalizer(digest, LEVEL), BUFFER));
        out.write(MAGIC);
    }

    /** Neighbouring literals become one line, up to a limit. */
    public void literal(byte[] bytes, int offset, int length) throws IOException {
        for (var done = 0; done < length; ) {
            if (literalLength == LONGEST_LITERAL) {
                flushLiteral();
            }
            var count = Math.min(length - done, LONGEST_LITERAL - literalLength);
            System.arraycopy(bytes, offset + done, literal, literalLength, count);
            literalLength += count;
            done += count;
        }
    }

    private void flushLiteral() throws IOException {
        if (literalLength > 0) {
            out.writeByte('L');
            out.writeInt(literalLength);
            out.write(literal, 0, literalLength);
            literalLength = 0;
        }
    }

    public void placed(TarEntry entry, int checksum) throws IOException {
        begin('P', entry.path());
        text(entry.kind().name());
        out.writeInt(entry.mode());
        out.writeInt(entry.user());
        out.writeInt(entry.group());
        out.writeLong(entry.size());
        out.writeLong(entry.mtimeSeconds());
        out.writeInt(entry.mtimeNanos());
        text(entry.linkTarget());
        out.writeInt(entry.major());
        out.writeInt(entry.minor());
        out.writeInt(entry.extents().size());
        for (var extent : entry.extents()) {
            out.writeLong(extent.offset());
            out.writeLong(extent.length());
        }
        out.writeInt(entry.attributes().size());
        for (var attribute : entry.attributes().entrySet()) {
            text(attribute.getKey());
            out.writeInt(attribute.getValue().length);
            out.write(attribute.getValue());
        }
        out.writeInt(checksum);
    }

    public void whiteout(String path) throws IOException {
        begin('W', path);
    }

    public void opaque(String path) throws IOException {
        begin('O', path);
    }

    public void implied(String path) throws IOException {
        begin('I', path);
    }

    public void replaced(String path, int number) throws IOException {
        begin('R', path);
        out.writeInt(number);
        replacements++;
    }

    public void redescribed(String path) throws IOException {
        begin('D', path);
        replacements++;
    }

    private void begin(char tag, String path) throws IOException {
        flushLiteral();
        out.writeByte(tag);
        text(path);
    }

    private void text(String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Ends the list; nothing may follow. */
    public Seal finish(long names) throws IOException {
        flushLiteral();
        out.writeByte('E');
        out.writeLong(names);
        out.close();
        return new Seal(Files.size(file), Digest.of(digest.getMessageDigest()), replacements);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
