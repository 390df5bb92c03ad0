package dev.berth.cri.door;

import dev.berth.engine.failure.EngineException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Ends a unary call with a value or with the gRPC status of its failure. The one place that maps failures to codes. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** What answers one request. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws EngineException, InterruptedException;
    }

    /** A part of the work on one call. */
    @FunctionalInterface
    interface Work {
        void run() throws EngineException, InterruptedException;
    }

    static <T> void answer(String method, StreamObserver<T> observer, Call<T> call) {
        var _ = succeeds(method, observer, () -> {
            var value = call.run();
            observer.onNext(value);
            observer.onCompleted();
        });
    }

    /** Ends the call with the failure's status if the work fails, and only then. */
    static boolean succeeds(String method, StreamObserver<?> observer, Work work) {
        try {
            work.run();
            return true;
        } catch (EngineException e) {
            // nobody needs to hear that a caller did not wait
            var level = e.code() == EngineException.Code.CANCELLED ? Level.DEBUG : Level.WARN;
            LOG.atLevel(level).log("{} failed: {}: {}", method, e.code(), e.getMessage());
            observer.onError(status(e).withDescription(e.getMessage()).asRuntimeException());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            observer.onError(Status.CANCELLED
                    .withDescription(method + " was interrupted")
                    .asRuntimeException());
        } catch (RuntimeException e) {
            LOG.error("{} failed unexpectedly", method, e);
            observer.onError(Status.INTERNAL
                    .withDescription("%s: unexpected %s; the daemon's log has the details".formatted(method, e))
                    .asRuntimeException());
        }
        return false;
    }

    private static Status status(EngineException failure) {
        return switch (failure.code()) {
            case NOT_FOUND -> Status.NOT_FOUND;
            case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
            case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
            case CANCELLED -> Status.CANCELLED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
            case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
            case RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
            case DATA_LOSS -> Status.DATA_LOSS;
            case UNIMPLEMENTED -> Status.UNIMPLEMENTED;
            case INTERNAL -> Status.INTERNAL;
        };
    }
}
