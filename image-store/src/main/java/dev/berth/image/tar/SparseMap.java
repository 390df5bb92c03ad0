package dev.berth.image.tar;

import dev.berth.image.tar.TarEntry.Extent;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a sparse file has its data, in the four ways GNU tar has written it.
 *
 * @param mapBytes how much of the entry's content the map itself took (format 1.0)
 */
record SparseMap(long size, List<Extent> extents, long mapBytes) {
    /** Each becomes an object, and two numbers in the list of the layer's contents. */
    private static final int MOST_EXTENTS = 1 << 16;

    private static final int LONGEST_NUMBER = 20;

    SparseMap {
        var end = 0L;
        for (var extent : extents) {
            if (extent.offset() < end || extent.offset() + extent.length() > size) {
                throw new IllegalArgumentException("a sparse file's extents are out of order or beyond its size");
            }
            end = extent.offset() + extent.length();
        }
    }

    static boolean inPax(PaxRecords pax) throws TarFormatException {
        return pax.text("GNU.sparse.major").isPresent()
                || pax.text("GNU.sparse.map").isPresent()
                || !pax.sparsePairs().isEmpty();
    }

    static SparseMap read(TarHeader header, PaxRecords pax, TarBuffer in) throws IOException {
        try {
            if (header.type() == 'S') {
                return old(header, in);
            }
            var size = pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", header.size()));
            if (pax.text("GNU.sparse.major").isPresent() && pax.number("GNU.sparse.major", 0) == 1) {
                return leading(size, in);
            }
            var map = pax.text("GNU.sparse.map");
            return new SparseMap(
                    size, pairs(map.isPresent() ? List.of(map.get().split(",", -1)) : pax.sparsePairs()), 0);
        } catch (IllegalArgumentException e) {
            throw new TarFormatException("a sparse file's map is broken: " + Reason.of(e));
        }
    }

    private static List<Extent> pairs(List<String> numbers) throws TarFormatException {
        checkCount(numbers.size() / 2);
        var extents = new ArrayList<Extent>();
        for (var i = 0; i + 1 < numbers.size(); i += 2) {
            extents.add(new Extent(
                    PaxRecords.parseNumber("GNU.sparse", numbers.get(i)),
                    PaxRecords.parseNumber("GNU.sparse", numbers.get(i + 1))));
        }
        return extents;
    }

    /** Type 'S': four pairs in the header, then blocks of 21 more. */
    private static SparseMap old(TarHeader header, TarBuffer in) throws IOException {
        var extents = new ArrayList<Extent>();
        for (var at = 386; at < 386 + 4 * 24; at += 24) {
            add(extents, header.number(at, 12), header.number(at + 12, 12));
        }
        var more = header.flag(482);
        while (more) {
            checkCount(extents.size());
            var block = in.block();
            if (block.length == 0) {
                throw new TarFormatException("the archive ends in a sparse map");
            }
            for (var at = 0; at < 21 * 24; at += 24) {
                add(extents, TarHeader.number(block, at, 12), TarHeader.number(block, at + 12, 12));
            }
            more = block[504] != 0;
        }
        return new SparseMap(header.number(483, 12), extents, 0);
    }

    private static void checkCount(long count) throws TarFormatException {
        if (count < 0 || count > MOST_EXTENTS) {
            throw new TarFormatException("a sparse file of " + count + " pieces; the limit is " + MOST_EXTENTS);
        }
    }

    private static void add(List<Extent> extents, long offset, long length) {
        if (length > 0) {
            extents.add(new Extent(offset, length));
        }
    }

    /** Format 1.0: the content starts with decimal numbers, one a line: count, then pairs, filled to a block. */
    private static SparseMap leading(long size, TarBuffer in) throws IOException {
        var lines = new Lines(in);
        var count = lines.next();
        checkCount(count);
        var extents = new ArrayList<Extent>();
        for (var i = 0L; i < count; i++) {
            extents.add(new Extent(lines.next(), lines.next()));
        }
        return new SparseMap(size, extents, lines.taken());
    }

    private static final class Lines {
        private final TarBuffer in;
        private byte[] block = new byte[0];
        private int at;
        private long taken;

        Lines(TarBuffer in) {
            this.in = in;
        }

        long taken() {
            return taken;
        }

        long next() throws IOException {
            var digits = new StringBuilder();
            for (var c = character(); c != '\n'; c = character()) {
                if (digits.length() == LONGEST_NUMBER) {
                    throw new TarFormatException("a sparse map's number is too long");
                }
                digits.append(c);
            }
            return PaxRecords.parseNumber("GNU.sparse", digits.toString());
        }

        private char character() throws IOException {
            if (at == block.length) {
                block = in.block();
                at = 0;
                taken += block.length;
                if (block.length == 0) {
                    throw new TarFormatException("the archive ends in a sparse map");
                }
            }
            return (char) (block[at++] & 0xff);
        }
    }
}
