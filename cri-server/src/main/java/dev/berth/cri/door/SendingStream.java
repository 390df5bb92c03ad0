package dev.berth.cri.door;

import com.google.protobuf.ByteString;
import dev.berth.cri.api.berth.ImportRequest;
import dev.berth.cri.api.berth.ImportResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Sends what is written as messages, no faster than the daemon takes them. */
final class SendingStream extends OutputStream {
    private static final int PIECE = 256 << 10;

    private final BlockingClientCall<ImportRequest, ImportResponse> call;
    private final byte[] piece = new byte[PIECE];
    private int length;

    /** The daemon has ended the call, and its answer says why. */
    static final class Ended extends IOException {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("the daemon ended the call");
        }
    }

    SendingStream(BlockingClientCall<ImportRequest, ImportResponse> call) {
        this.call = call;
    }

    void begin(String name) throws IOException {
        send(ImportRequest.newBuilder().setName(name).build());
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
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
    public void flush() throws IOException {
        if (length > 0) {
            send(ImportRequest.newBuilder()
                    .setContent(ByteString.copyFrom(piece, 0, length))
                    .build());
            length = 0;
        }
    }

    private void send(ImportRequest message) throws IOException {
        try {
            if (!call.write(message)) {
                throw new Ended();
            }
        } catch (StatusException e) {
            throw (Ended) new Ended().initCause(e);
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException("sending was interrupted").initCause(e);
        }
    }
}
