package dev.berth.cri.door.call;

import io.grpc.Context;

/** Who waits for the answer to the call that is being served on this thread. */
public final class Callers {
    private Callers() {}

    /** Runs the work when the caller has cancelled its call, lost its connection or let its deadline pass; at once, if it has already. */
    public static void whenGone(Runnable work) {
        Context.current().addListener(_ -> work.run(), Runnable::run);
    }
}
