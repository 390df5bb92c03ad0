package dev.berth.engine.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.sandbox.SandboxConfig;
import dev.berth.engine.sandbox.SandboxMetadata;
import dev.berth.engine.sandbox.SandboxRecord;
import dev.berth.engine.sandbox.SandboxState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class SubscriptionTest {
    private static final int LIMIT = 4096;

    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicReference<Subscription> left = new AtomicReference<>();
    private final Subscription subscription = new Subscription(left::set, dropped::incrementAndGet);

    @Test
    void aSlowSubscriberLosesTheOldestAndThatIsCounted() throws InterruptedException {
        for (int number = 0; number < LIMIT + 10; number++) {
            subscription.add(event(number));
        }
        assertEquals(10, dropped.get());
        assertEquals(10, subscription.next().orElseThrow().time());
    }

    private static PodEvent event(long time) {
        var config = new SandboxConfig(
                new SandboxMetadata("pod", "uid", "default", 0),
                "",
                "",
                Optional.empty(),
                List.of(),
                Map.of(),
                Map.of(),
                "",
                Map.of(),
                ResourceInput.NONE,
                ResourceInput.NONE,
                NamespaceInput.DEFAULT,
                false,
                "");
        var record = new SandboxRecord("id", config, 0, SandboxRecord.Phase.MADE, List.of());
        return new PodEvent(
                "id", PodEvent.Kind.CREATED, time, new Sandbox(record, new SandboxState.NotReady()), List.of());
    }

    @Test
    void whoeverWaitsIsToldOfTheEnd() throws InterruptedException {
        var heard = new AtomicReference<Optional<PodEvent>>();
        var started = new CountDownLatch(1);
        var waiting = Thread.ofVirtual().start(() -> {
            started.countDown();
            try {
                heard.set(subscription.next());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        started.await();
        subscription.close();
        waiting.join();
        assertEquals(Optional.empty(), heard.get());
        assertEquals(subscription, left.get());
    }
}
