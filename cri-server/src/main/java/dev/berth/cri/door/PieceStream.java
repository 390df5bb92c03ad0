package dev.berth.cri.door;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;

/** Collects what is written into pieces of the size of a message. */
abstract sealed class PieceStream extends OutputStream permits ArchiveStream, SendingStream {
    private static final int PIECE = 256 << 10;

    private final byte[] piece = new byte[PIECE];
    private int length;

    /** Returns when the other end can take more. */
    abstract void send(ByteString content) throws IOException;

    @Override
    public final void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public final void write(byte[] bytes, int offset, int count) throws IOException {
        for (var done = 0; done < count; ) {
            var part = Math.min(count - done, PIECE - length);
            System.arraycopy(bytes, offset + done, piece, length, part);
            length += part;
            done += part;
            if (length == PIECE) {
                flush();
            }
        }
    }

    @Override
    public final void flush() throws IOException {
        if (length > 0) {
            send(ByteString.copyFrom(piece, 0, length));
            length = 0;
        }
    }
}
