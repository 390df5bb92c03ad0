package dev.berth.cri.door;

import com.google.protobuf.ByteString;
import dev.berth.cri.api.berth.ExportResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Sends what is written as messages, no faster than the caller takes them. */
final class ArchiveStream extends OutputStream {
    private static final int PIECE = 256 << 10;

    private final ServerCallStreamObserver<ExportResponse> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] piece = new byte[PIECE];
    private int length;

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
            awaitReadiness();
            call.onNext(ExportResponse.newBuilder()
                    .setContent(ByteString.copyFrom(piece, 0, length))
                    .build());
            length = 0;
        }
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
            throw new IOException("the caller has gone");
        }
    }
}
