package dev.berth.cri.door;

import com.google.protobuf.ByteString;
import dev.berth.cri.api.berth.ExportResponse;
import dev.berth.cri.door.call.PacedCall;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;

/** Sends what is written as messages, no faster than the caller takes them. */
final class ArchiveStream extends PieceStream {
    private final PacedCall<ExportResponse> call;

    ArchiveStream(ServerCallStreamObserver<ExportResponse> call) {
        this.call = new PacedCall<>(call);
    }

    @Override
    void send(ByteString content) throws IOException {
        call.send(ExportResponse.newBuilder().setContent(content).build());
    }
}
