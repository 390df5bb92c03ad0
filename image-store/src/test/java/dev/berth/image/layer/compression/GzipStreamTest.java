package dev.berth.image.layer.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.inflate.IsalInflater;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ISA-L and the JDK agree on every kind of gzip data, however it arrives. */
final class GzipStreamTest {
    private static final int FLAG_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    /** Which implementation. */
    enum Kind {
        ISAL,
        JDK;

        Inflation inflation() {
            return switch (this) {
                case ISAL -> new Inflation.Isal(new IsalInflater());
                case JDK -> new Inflation.Jdk(new Inflater(true));
            };
        }
    }

    private final Random random = new Random(7);

    /** Hands out a few bytes at a time. */
    private static InputStream dribble(byte[] bytes, int most) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, most));
            }
        };
    }

    private static byte[] inflated(Kind kind, byte[] packed, int most) throws IOException {
        try (var stream = new GzipStream(dribble(packed, most), kind.inflation())) {
            return stream.readAllBytes();
        }
    }

    private byte[] content(int size, int symbols) {
        var bytes = new byte[size];
        for (var at = 0; at < size; at++) {
            bytes[at] = (byte) random.nextInt(symbols);
        }
        return bytes;
    }

    private static byte[] member(byte[] content, int level, int flags) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
        if ((flags & FLAG_EXTRA) != 0) {
            out.writeBytes(new byte[] {3, 0, 7, 7, 7});
        }
        if ((flags & FLAG_NAME) != 0) {
            out.writeBytes(new byte[] {'n', 0});
        }
        if ((flags & FLAG_COMMENT) != 0) {
            out.writeBytes(new byte[] {'c', 'c', 0});
        }
        if ((flags & FLAG_CRC) != 0) {
            out.writeBytes(new byte[2]);
        }
        out.writeBytes(deflated(content, level));
        var crc = new CRC32();
        crc.update(content);
        for (var value : new long[] {crc.getValue(), content.length}) {
            for (var shift = 0; shift < 32; shift += 8) {
                out.write((int) (value >> shift));
            }
        }
        return out.toByteArray();
    }

    private static byte[] deflated(byte[] content, int level) {
        var packed = new byte[content.length + content.length / 100 + 1000];
        try (var deflater = new Deflater(level, true)) {
            deflater.setInput(content);
            deflater.finish();
            return Arrays.copyOf(packed, deflater.deflate(packed));
        }
    }

    private static byte[] joined(byte[]... pieces) {
        var out = new ByteArrayOutputStream();
        for (var piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everySizeLevelAndPaceGivesTheContent(Kind kind) throws IOException {
        for (var size : List.of(0, 1, 300, 65_536, 400_000)) {
            for (var level : List.of(0, 1, 6, 9)) {
                var content = content(size, 1 + random.nextInt(256));
                var packed = member(content, level, 0);
                assertArrayEquals(content, inflated(kind, packed, Integer.MAX_VALUE));
                assertArrayEquals(content, inflated(kind, packed, 1 + random.nextInt(700)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void headerFieldsArePassedOver(Kind kind) throws IOException {
        var content = content(5000, 20);
        for (var flags = 0; flags < 32; flags += 2) {
            assertArrayEquals(content, inflated(kind, member(content, 6, flags), 3));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void membersFollowOneAnotherAndZerosEndThem(Kind kind) throws IOException {
        var first = content(70_000, 9);
        var second = content(3, 9);
        var packed = joined(member(first, 6, 0), member(new byte[0], 6, 0), member(second, 0, 8), new byte[513]);
        for (var most : List.of(1, 2, 7, 4096, 1 << 20)) {
            assertArrayEquals(joined(first, second), inflated(kind, packed, most));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void dataThatEndsTooEarlyIsAnErrorWhereverItEnds(Kind kind) {
        var packed = member(content(2000, 50), 6, 8);
        for (var end = 1; end < packed.length; end++) {
            var cut = Arrays.copyOf(packed, end);
            assertThrows(IOException.class, () -> inflated(kind, cut, 100), "cut at " + end);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void garbageBehindAMemberIsAnError(Kind kind) {
        var packed = joined(member(content(100, 5), 6, 0), new byte[] {1, 2, 3});
        assertThrows(IOException.class, () -> inflated(kind, packed, 100));
    }

    /** Whatever is done to the data: either an error, or the same bytes from both. */
    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "ISAL")
    void damagedDataHarmsNobody(Kind kind) {
        assertTrue(IsalInflater.isAvailable(), "libisal2 is missing, so nothing would be tested");
        for (var round = 0; round < 2000; round++) {
            var packed = member(content(3000, 1 + round % 250), 1 + round % 9, 0);
            for (var damage = 0; damage <= round % 5; damage++) {
                packed[10 + random.nextInt(packed.length - 18)] = (byte) random.nextInt();
            }
            var found = outcome(kind, packed);
            var expected = outcome(Kind.JDK, packed);
            if (found instanceof byte[] bytes && expected instanceof byte[] same) {
                assertArrayEquals(same, bytes);
            } else {
                assertEquals(expected instanceof byte[], found instanceof byte[], "round " + round);
            }
        }
    }

    private static Object outcome(Kind kind, byte[] packed) {
        try {
            return inflated(kind, packed, 500);
        } catch (IOException e) {
            return e;
        }
    }
}
