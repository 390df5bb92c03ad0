package dev.berth.cri.door;

import dev.berth.cri.api.berth.ImportRequest;
import dev.berth.cri.api.berth.ImportResponse;
import dev.berth.cri.door.call.Answers;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.image.StoreVerbs;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** One call of Import. gRPC sends the next message only when this one is on disk. */
final class ArrivingArchive implements StreamObserver<ImportRequest> {
    private final StoreVerbs verbs;
    private final StreamObserver<ImportResponse> observer;
    private Optional<StoreVerbs.Arrival> arrival = Optional.empty();
    private String name = "";
    private boolean failed;

    ArrivingArchive(StoreVerbs verbs, StreamObserver<ImportResponse> observer) {
        this.verbs = verbs;
        this.observer = observer;
    }

    @Override
    public void onNext(ImportRequest request) {
        if (failed) {
            return; // was on its way when the call ended
        }
        step(() -> {
            if (!request.getName().isEmpty()) {
                name = request.getName();
            }
            opened().add(request.getContent().asReadOnlyByteBuffer());
        });
    }

    private StoreVerbs.Arrival opened() throws EngineException {
        if (arrival.isEmpty()) {
            arrival = Optional.of(verbs.arrival());
        }
        return arrival.get();
    }

    @Override
    public void onCompleted() {
        if (failed) {
            return;
        }
        step(() -> {
            var images = opened().finish(Optional.of(name).filter(text -> !text.isEmpty()));
            observer.onNext(StoreDoor.imported(images));
            observer.onCompleted();
        });
        close();
    }

    private void step(Answers.Work work) {
        if (!Answers.succeeds("Import", observer, work)) {
            failed = true;
            close();
        }
    }

    /** The caller has gone. */
    @Override
    public void onError(Throwable failure) {
        close();
    }

    private void close() {
        arrival.ifPresent(StoreVerbs.Arrival::close);
        arrival = Optional.empty();
    }
}
