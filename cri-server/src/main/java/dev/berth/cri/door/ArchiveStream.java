package dev.berth.cri.door;

import com.google.protobuf.ByteString;
import dev.berth.cri.api.berth.ExportResponse;
import dev.berth.engine.image.CallerGone;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Sends what is written as messages, no faster than the caller takes them. */
final class ArchiveStream extends PieceStream {
    private final ServerCallStreamObserver<ExportResponse> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** To be made before the call's handler returns: later, gRPC takes no handlers any more. */
    ArchiveStream(ServerCallStreamObserver<ExportResponse> call) {
        this.call = call;
        call.setOnReadyHandler(this::wake);
        call.setOnCancelHandler(this::wake);
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    void send(ByteString content) throws IOException {
        awaitReadiness();
        call.onNext(ExportResponse.newBuilder().setContent(content).build());
    }

    private void awaitReadiness() throws IOException {
        lock.lock();
        try {
            while (!call.isReady() && !call.isCancelled()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        if (call.isCancelled()) {
            throw new CallerGone();
        }
    }
}
