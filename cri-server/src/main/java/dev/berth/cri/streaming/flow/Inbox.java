package dev.berth.cri.streaming.flow;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What has arrived of one stream, or of one session, in order. Bounded by the connection's {@link Inflow}. */
public final class Inbox {
    /** What an arrival costs beside its content, so that many empty ones are bounded too. */
    private static final int OVERHEAD = 64;

    private final Inflow inflow;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private volatile boolean discarding;

    public Inbox(Inflow inflow) {
        this.inflow = inflow;
    }

    public void put(Arrival arrival) {
        if (!discarding) {
            inflow.arrived(weight(arrival));
            arrivals.add(arrival);
        }
    }

    /** Nobody takes any more: what is here and what still arrives is dropped, so that the connection is read to its end. */
    public void discard() {
        discarding = true;
        for (var left = arrivals.poll(); left != null; left = arrivals.poll()) {
            inflow.taken(weight(left));
        }
    }

    /** Waits for the next. After {@link Arrival.Gone} there is none. */
    public Arrival take() throws InterruptedException {
        var arrival = arrivals.take();
        inflow.taken(weight(arrival));
        return arrival;
    }

    private static int weight(Arrival arrival) {
        return arrival instanceof Arrival.Content(var bytes) ? OVERHEAD + bytes.remaining() : OVERHEAD;
    }
}
