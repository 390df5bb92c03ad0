package dev.berth.image.contents;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.berth.image.oci.Digest;
import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarEntry.Extent;
import dev.berth.image.tar.TarEntry.Kind;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a list of contents line by line. The list is looked at only if it is what its seal says, so it is ours. */
public final class ContentsReader implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    /** The longest text or value is a PAX header's. */
    private static final int LONGEST = 1 << 20;

    private final DataInputStream in;

    private ContentsReader(DataInputStream in) {
        this.in = in;
    }

    public static ContentsReader open(Path file, Seal seal) throws IOException {
        check(file, seal);
        var in = new DataInputStream(
                new BufferedInputStream(new ZstdInputStreamNoFinalizer(Files.newInputStream(file)), BUFFER));
        var magic = in.readNBytes(ContentsWriter.MAGIC.length);
        if (!Arrays.equals(magic, ContentsWriter.MAGIC)) {
            in.close();
            throw new IOException("the list of contents is of another version");
        }
        return new ContentsReader(in);
    }

    private static void check(Path file, Seal seal) throws IOException {
        var size = Files.size(file);
        if (size != seal.size()) {
            throw new Difference("", "the list of contents has %d bytes, not %d".formatted(size, seal.size()));
        }
        if (!digest(file).equals(seal.digest())) {
            throw new Difference("", "the list of contents is not the one that was written");
        }
    }

    private static Digest digest(Path file) throws IOException {
        var state = Digest.sha256();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER];
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                state.update(buffer, 0, count);
            }
        }
        return Digest.of(state);
    }

    public Line next() throws IOException {
        var tag = (char) in.readUnsignedByte();
        return switch (tag) {
            case 'L' -> new Line.Literal(bytes(ContentsWriter.LONGEST_LITERAL));
            case 'P' -> new Line.Placed(entry(), in.readInt());
            case 'W' -> new Line.Whiteout(text());
            case 'O' -> new Line.Opaque(text());
            case 'I' -> new Line.Implied(text());
            case 'R' -> new Line.Replaced(text(), in.readInt());
            case 'D' -> new Line.Redescribed(text());
            case 'E' -> new Line.End(in.readLong());
            default -> throw new IOException("a line of unknown kind '" + tag + "' in the list of contents");
        };
    }

    private TarEntry entry() throws IOException {
        return new TarEntry(
                text(),
                kind(text()),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                text(),
                in.readInt(),
                in.readInt(),
                extents(),
                attributes());
    }

    private static Kind kind(String name) throws IOException {
        try {
            return Kind.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("an entry of unknown kind in the list of contents", e);
        }
    }

    private List<Extent> extents() throws IOException {
        var count = in.readInt();
        var found = new ArrayList<Extent>();
        for (var i = 0; i < count; i++) {
            found.add(new Extent(in.readLong(), in.readLong()));
        }
        return found;
    }

    private Map<String, byte[]> attributes() throws IOException {
        var count = in.readInt();
        if (count == 0) {
            return Map.of();
        }
        var found = new LinkedHashMap<String, byte[]>();
        for (var i = 0; i < count; i++) {
            found.put(text(), bytes(LONGEST));
        }
        return found;
    }

    private String text() throws IOException {
        return new String(bytes(LONGEST), StandardCharsets.ISO_8859_1);
    }

    private byte[] bytes(int most) throws IOException {
        var length = in.readInt();
        if (length < 0 || length > most) {
            throw new IOException("a length of " + length + " in the list of contents");
        }
        var bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
