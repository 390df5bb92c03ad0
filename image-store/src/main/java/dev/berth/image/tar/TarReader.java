package dev.berth.image.tar;

import dev.berth.image.tar.TarEntry.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads a tar archive entry by entry: ustar, GNU and PAX, everything in it bounded. */
public final class TarReader {
    /** Bytes of a long name or of a PAX header; the limit that Go's reader has, by which most images are made. */
    private static final int LONGEST_METADATA = 1 << 20;

    private static final long LARGEST_ID = 0xffff_fffeL;

    private final TarBuffer in;
    private List<TarEntry.Extent> extents = List.of();
    private long contentLeft;
    private long contentSize;

    /** Receives pieces of a file's content, each for a position of the file. */
    @FunctionalInterface
    public interface Content {
        void accept(long position, byte[] bytes, int offset, int length) throws IOException;
    }

    /** Receives the bytes of the archive that are no file's content: headers, filling, and whatever nobody asked for. */
    @FunctionalInterface
    public interface Sink {
        void accept(byte[] bytes, int offset, int length) throws IOException;
    }

    public TarReader(InputStream in) {
        this(in, (_, _, _) -> {});
    }

    public TarReader(InputStream in, Sink literals) {
        this.in = new TarBuffer(in, literals);
    }

    /** The next entry, or empty at the archive's end. Content of the last one that was not asked for is passed over. */
    public Optional<TarEntry> next() throws IOException {
        in.pass(contentLeft);
        in.padding(contentSize);
        contentLeft = 0;
        contentSize = 0;
        return entry(new Preamble());
    }

    /** What comes before an entry's own header. */
    private static final class Preamble {
        private Optional<String> path = Optional.empty();
        private Optional<String> linkTarget = Optional.empty();
        private PaxRecords pax = PaxRecords.NONE;
    }

    private Optional<TarEntry> entry(Preamble preamble) throws IOException {
        while (true) {
            var block = in.block();
            if (block.length == 0 || TarHeader.isZero(block)) {
                return Optional.empty();
            }
            var header = new TarHeader(block);
            switch (header.type()) {
                case 'x' -> preamble.pax = PaxRecords.parse(metadata(header));
                case 'g' -> metadata(header);
                case 'L' -> preamble.path = Optional.of(name(metadata(header)));
                case 'K' -> preamble.linkTarget = Optional.of(name(metadata(header)));
                default -> {
                    return Optional.of(entry(header, preamble));
                }
            }
        }
    }

    private byte[] metadata(TarHeader header) throws IOException {
        if (header.size() > LONGEST_METADATA) {
            throw new TarFormatException("an extended header of " + header.size() + " bytes; the limit is 1 MiB");
        }
        var content = in.content((int) header.size());
        in.padding(header.size());
        return content;
    }

    private static String name(byte[] content) {
        var text = new String(content, StandardCharsets.ISO_8859_1);
        var end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private TarEntry entry(TarHeader header, Preamble preamble) throws IOException {
        var pax = preamble.pax;
        var path = pax.text("GNU.sparse.name")
                .or(() -> preamble.path)
                .orElse(pax.text("path").orElse(header.path()));
        var kind = kind(header, path);
        var stored = kind == Kind.FILE ? storedSize(header, pax) : 0;
        contentSize = stored;
        extents = List.of();
        var size = kind == Kind.FILE ? content(header, pax, stored) : 0;
        var mtime = pax.time("mtime");
        return new TarEntry(
                path,
                kind,
                header.mode(),
                id(pax.number("uid", header.user())),
                id(pax.number("gid", header.group())),
                size,
                mtime.isPresent() ? mtime.get().longValue() : header.mtime(),
                mtime.isPresent() ? nanos(mtime.get()) : 0,
                preamble.linkTarget.orElse(pax.text("linkpath").orElse(header.linkTarget())),
                device(kind) ? header.major() : 0,
                device(kind) ? header.minor() : 0,
                extents,
                pax.attributes());
    }

    private static boolean device(Kind kind) {
        return kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
    }

    private static int nanos(BigDecimal time) {
        var floor = time.setScale(0, RoundingMode.DOWN);
        return Math.max(0, time.subtract(floor).movePointRight(9).intValue());
    }

    private static long storedSize(TarHeader header, PaxRecords pax) throws TarFormatException {
        var size = pax.number("size", header.size());
        if (size < 0) {
            throw new TarFormatException("an entry's size is negative");
        }
        return size;
    }

    /** Prepares for reading the content, and returns the file's size with its holes. */
    private long content(TarHeader header, PaxRecords pax, long stored) throws IOException {
        contentLeft = stored;
        if (header.type() != 'S' && !SparseMap.inPax(pax)) {
            return stored;
        }
        var map = SparseMap.read(header, pax, in);
        contentLeft = stored - map.mapBytes();
        // a file that is one hole is a sparse one still
        extents = map.extents().isEmpty() ? List.of(new TarEntry.Extent(map.size(), 0)) : map.extents();
        if (extents.stream().mapToLong(TarEntry.Extent::length).sum() != contentLeft) {
            throw new TarFormatException("a sparse file's map does not fit its content");
        }
        return map.size();
    }

    private static int id(long id) throws TarFormatException {
        if (id < 0 || id > LARGEST_ID) {
            throw new TarFormatException("owner " + id + " is not a user or group id");
        }
        return (int) id;
    }

    private static Kind kind(TarHeader header, String path) throws TarFormatException {
        return switch (header.type()) {
            case '0', '\0', '7' -> path.endsWith("/") ? Kind.DIRECTORY : Kind.FILE;
            case 'S' -> Kind.FILE;
            case '1' -> Kind.HARD_LINK;
            case '2' -> Kind.SYMLINK;
            case '3' -> Kind.CHARACTER_DEVICE;
            case '4' -> Kind.BLOCK_DEVICE;
            case '5' -> Kind.DIRECTORY;
            case '6' -> Kind.FIFO;
            default ->
                throw new TarFormatException("entry '" + path + "' has the unknown type '" + header.type() + "'");
        };
    }

    /** The offset in the archive of the content of the entry returned last. */
    public long position() {
        return in.position();
    }

    /** Reads on to the end of the stream, past the end of the archive. */
    public void finish() throws IOException {
        in.passRest();
    }

    /** Hands out the content of the entry returned last; only once. */
    public void content(Content sink) throws IOException {
        var position = new long[1];
        if (extents.isEmpty()) {
            read(contentLeft, position, sink);
            return;
        }
        for (var extent : extents) {
            position[0] = extent.offset();
            read(extent.length(), position, sink);
        }
    }

    private void read(long length, long[] position, Content sink) throws IOException {
        in.content(length, (bytes, offset, count) -> {
            sink.accept(position[0], bytes, offset, count);
            position[0] += count;
            contentLeft -= count;
        });
    }
}
