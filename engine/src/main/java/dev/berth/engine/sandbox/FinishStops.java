package dev.berth.engine.sandbox;

import dev.berth.engine.failure.EngineException;
import dev.berth.linux.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the sandboxes whose stop was under way when the daemon died. Requests are answered meanwhile: plugins may take
 * long, and whoever asks for the same stop joins it.
 */
public final class FinishStops {
    private static final Logger LOG = LoggerFactory.getLogger(FinishStops.class);

    private final Sandboxes sandboxes;
    private final StopSandbox stop;

    private FinishStops(Sandboxes sandboxes, StopSandbox stop) {
        this.sandboxes = sandboxes;
        this.stop = stop;
    }

    /** Begins, on a thread of its own that ends with the last of them. */
    public static void start(Sandboxes sandboxes, StopSandbox stop) {
        var unfinished = new FinishStops(sandboxes, stop);
        Thread.ofPlatform().daemon().name("unfinished stops").start(unfinished::finish);
    }

    private void finish() {
        try {
            for (Sandbox sandbox : sandboxes.index().all()) {
                if (sandbox.stopUnfinished()) {
                    finish(sandbox.id());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish(String id) throws InterruptedException {
        try {
            stop.stop(id);
        } catch (EngineException e) {
            LOG.warn("finish the stop of sandbox {}: {}", id, Reason.of(e));
        }
    }
}
