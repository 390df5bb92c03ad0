package dev.berth.cri.door;

import static dev.berth.cri.door.call.Answers.succeeds;

import dev.berth.cri.api.ContainerEventResponse;
import dev.berth.cri.door.answer.EventAnswers;
import dev.berth.cri.door.call.Callers;
import dev.berth.cri.door.call.PacedCall;
import dev.berth.engine.Engine;
import dev.berth.engine.event.PodEvent;
import dev.berth.engine.event.Subscription;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.image.CallerGone;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** GetContainerEvents: each client gets a subscription of its own, for as long as it stays. */
final class EventCalls {
    private final Engine engine;

    EventCalls(Engine engine) {
        this.engine = engine;
    }

    void tell(StreamObserver<ContainerEventResponse> observer) {
        var call = new PacedCall<>((ServerCallStreamObserver<ContainerEventResponse>) observer);
        var subscription = engine.events().subscribe();
        Callers.whenGone(subscription::close);
        Thread.ofVirtual()
                .name("events")
                .start(() -> succeeds("GetContainerEvents", observer, () -> tell(subscription, call)));
    }

    /** Ends when the client does. */
    private void tell(Subscription subscription, PacedCall<ContainerEventResponse> call)
            throws EngineException, InterruptedException {
        try (subscription) {
            for (Optional<PodEvent> next = subscription.next(); next.isPresent(); next = subscription.next()) {
                call.send(EventAnswers.event(next.get(), engine.containers()));
            }
        } catch (CallerGone e) {
            throw new EngineException(EngineException.Code.CANCELLED, String.valueOf(e.getMessage()), e);
        }
    }
}
