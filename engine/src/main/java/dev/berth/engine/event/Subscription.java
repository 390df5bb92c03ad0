package dev.berth.engine.event;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events that one subscriber has not taken yet. One that is too slow loses the oldest: later ones tell the pod's newer state. */
public final class Subscription implements AutoCloseable {
    /** A node of 110 pods that are all started anew gives some 1,000. */
    private static final int LIMIT = 4096;

    private final Consumer<Subscription> leave;
    private final Runnable countDropped;
    private final ArrayDeque<PodEvent> waiting = new ArrayDeque<>();
    private boolean closed;

    Subscription(Consumer<Subscription> leave, Runnable countDropped) {
        this.leave = leave;
        this.countDropped = countDropped;
    }

    synchronized void add(PodEvent event) {
        if (waiting.size() == LIMIT) {
            waiting.removeFirst();
            countDropped.run();
        }
        waiting.addLast(event);
        notifyAll();
    }

    /** Waits for the next event; empty when the subscription is closed. */
    public synchronized Optional<PodEvent> next() throws InterruptedException {
        @Nullable PodEvent event = waiting.pollFirst();
        while (event == null && !closed) {
            wait();
            event = waiting.pollFirst();
        }
        return Optional.ofNullable(event);
    }

    @Override
    public void close() {
        leave.accept(this);
        synchronized (this) {
            closed = true;
            waiting.clear();
            notifyAll();
        }
    }
}
