package dev.berth.cri.door.call;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.image.CallerGone;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Ends a unary call with a value or with the gRPC status of its failure. The one place that maps failures to codes. */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    /** Of a list in one message: of its elements, the largest has some 10 KiB. */
    private static final int PART = 100;

    private Answers() {}

    /** What answers one request. */
    @FunctionalInterface
    public interface Call<T> {
        T run() throws EngineException, InterruptedException;
    }

    /** A part of the work on one call. */
    @FunctionalInterface
    public interface Work {
        void run() throws EngineException, InterruptedException;
    }

    public static <T> void answer(String method, StreamObserver<T> observer, Call<T> call) {
        var _ = succeeds(method, observer, () -> {
            var value = call.run();
            observer.onNext(value);
            observer.onCompleted();
        });
    }

    /**
     * Answers with a list, some of it in each message: it may be longer than a message can be, and the caller may take its time. What is
     * listed is as it was when the call came.
     */
    public static <E, T> void answerInParts(
            String method, StreamObserver<T> observer, Call<List<E>> call, Function<List<E>, T> message) {
        var paced = new PacedCall<>((ServerCallStreamObserver<T>) observer);
        Thread.ofVirtual().name("rpc").start(() -> {
            var sent = succeeds(method, observer, () -> send(call.run(), message, paced));
            if (sent) {
                observer.onCompleted();
            }
        });
    }

    private static <E, T> void send(List<E> list, Function<List<E>, T> message, PacedCall<T> call)
            throws EngineException {
        try {
            for (int from = 0; from < list.size(); from += PART) {
                call.send(message.apply(list.subList(from, Math.min(from + PART, list.size()))));
            }
        } catch (CallerGone e) {
            throw new EngineException(EngineException.Code.CANCELLED, String.valueOf(e.getMessage()), e);
        }
    }

    /** Ends the call with the failure's status if the work fails, and only then. */
    public static boolean succeeds(String method, StreamObserver<?> observer, Work work) {
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
