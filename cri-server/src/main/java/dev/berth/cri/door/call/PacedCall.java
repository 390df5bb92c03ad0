package dev.berth.cri.door.call;

import dev.berth.engine.image.CallerGone;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A call that is answered with many messages, sent no faster than the caller takes them. */
public final class PacedCall<T> {
    private final ServerCallStreamObserver<T> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** To be made before the call's handler returns: later, gRPC takes no handlers any more. */
    public PacedCall(ServerCallStreamObserver<T> call) {
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

    /** Waits until the caller can take more. Not on the call's own thread, which hears of that. */
    public void send(T message) throws CallerGone {
        awaitReadiness();
        call.onNext(message);
    }

    private void awaitReadiness() throws CallerGone {
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
