package dev.berth.engine.event;

import dev.berth.engine.container.Container;
import dev.berth.engine.container.ContainerState;
import dev.berth.engine.container.Containers;
import dev.berth.engine.event.PodEvent.Kind;
import dev.berth.engine.record.Times;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.sandbox.SandboxState;
import dev.berth.engine.sandbox.Sandboxes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells subscribers what happens to pods and containers, in one order for all. An event is made from the change of the index itself: what
 * it tells can be listed before it is heard, and nothing that is listed goes untold.
 */
public final class Events {
    private final Sandboxes sandboxes;
    private final Containers containers;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private long lastTime;

    private Events(Sandboxes sandboxes, Containers containers) {
        this.sandboxes = sandboxes;
        this.containers = containers;
    }

    /** From now on each change is an event. */
    public static Events of(Sandboxes sandboxes, Containers containers) {
        var events = new Events(sandboxes, containers);
        sandboxes.index().watch(events::sandboxChanged);
        containers.index().watch(events::containerChanged);
        return events;
    }

    /** What happens from now on, until the subscription is closed. */
    public Subscription subscribe() {
        var subscription = new Subscription(subscriptions::remove, dropped::incrementAndGet);
        subscriptions.add(subscription);
        return subscription;
    }

    /** How many events subscribers have lost because they were slow. */
    public long dropped() {
        return dropped.get();
    }

    public int subscribers() {
        return subscriptions.size();
    }

    private void sandboxChanged(Optional<Sandbox> before, Optional<Sandbox> after) {
        var sandbox = after.or(() -> before).orElseThrow();
        if (before.isEmpty()) {
            publish(sandbox.id(), Kind.CREATED, sandbox);
        }
        if (after.isEmpty()) {
            publish(sandbox.id(), Kind.DELETED, sandbox);
        } else if (held(before) != held(after)) {
            publish(sandbox.id(), held(after) ? Kind.STARTED : Kind.STOPPED, sandbox);
        }
    }

    private static boolean held(Optional<Sandbox> sandbox) {
        return sandbox.isPresent() && sandbox.get().state() instanceof SandboxState.Ready;
    }

    private void containerChanged(Optional<Container> before, Optional<Container> after) {
        var container = after.or(() -> before).orElseThrow();
        var kind = kind(before.map(Container::state), after.map(Container::state));
        var sandbox = sandboxes.index().exactly(container.record().sandboxId());
        if (kind.isPresent() && sandbox.isPresent()) {
            publish(container.id(), kind.get(), sandbox.get());
        }
    }

    /** Empty if only its limits have changed. */
    private static Optional<Kind> kind(Optional<ContainerState> before, Optional<ContainerState> after) {
        if (after.isEmpty()) {
            return Optional.of(Kind.DELETED);
        }
        if (before.isPresent() && before.get().getClass() == after.get().getClass()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (after.get()) {
                    case ContainerState.Created _ -> Kind.CREATED;
                    case ContainerState.Running _ -> Kind.STARTED;
                    case ContainerState.Exited _ -> Kind.STOPPED;
                });
    }

    private synchronized void publish(String subject, Kind kind, Sandbox sandbox) {
        if (subscriptions.isEmpty()) {
            return;
        }
        lastTime = Math.max(lastTime + 1, Times.now());
        var event = new PodEvent(subject, kind, lastTime, sandbox, containers.of(sandbox.id()));
        subscriptions.forEach(each -> each.add(event));
    }
}
