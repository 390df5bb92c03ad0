package dev.berth.image.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of an archive's file: the content of one of its entries. */
record Slice(FileChannel file, long offset, long size) {
    InputStream open() {
        return new SliceStream(this);
    }

    /** All of it, if it is no longer than a limit. */
    byte[] bytes(String name, int limit) throws IOException {
        if (size > limit) {
            throw new ArchiveException("'%s' has %d bytes; the limit is %d".formatted(name, size, limit));
        }
        try (var in = open()) {
            return in.readAllBytes();
        }
    }

    private static final class SliceStream extends InputStream {
        private final Slice slice;
        private long position;

        SliceStream(Slice slice) {
            this.slice = slice;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var wanted = (int) Math.min(length, slice.size - position);
            if (wanted == 0) {
                return length == 0 ? 0 : -1;
            }
            var count = slice.file.read(ByteBuffer.wrap(bytes, offset, wanted), slice.offset + position);
            if (count < 0) {
                throw new ArchiveException("the archive ends in the middle of an entry");
            }
            position += count;
            return count;
        }
    }
}
