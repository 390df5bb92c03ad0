package dev.berth.cri.door;

import dev.berth.cri.api.berth.ExportResponse;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** The contents of messages as they arrive. */
final class ReceivingStream extends InputStream {
    private final Iterator<ExportResponse> messages;
    private ByteBuffer piece = ByteBuffer.allocate(0);

    ReceivingStream(Iterator<ExportResponse> messages) {
        this.messages = messages;
    }

    @Override
    public int read() {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        while (!piece.hasRemaining() && messages.hasNext()) {
            piece = messages.next().getContent().asReadOnlyByteBuffer();
        }
        if (!piece.hasRemaining()) {
            return -1;
        }
        var count = Math.min(length, piece.remaining());
        piece.get(bytes, offset, count);
        return count;
    }
}
