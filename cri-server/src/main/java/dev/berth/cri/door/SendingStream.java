package dev.berth.cri.door;

import com.google.protobuf.ByteString;
import dev.berth.cri.api.berth.ImportRequest;
import dev.berth.cri.api.berth.ImportResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InterruptedIOException;

/** Sends what is written as messages, no faster than the daemon takes them. */
final class SendingStream extends PieceStream {
    private final BlockingClientCall<ImportRequest, ImportResponse> call;

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
    void send(ByteString content) throws IOException {
        send(ImportRequest.newBuilder().setContent(content).build());
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
