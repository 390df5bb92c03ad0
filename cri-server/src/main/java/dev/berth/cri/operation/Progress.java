package dev.berth.cri.operation;

import java.time.Duration;
import java.util.Optional;

/** How far one running operation has come. */
public final class Progress {
    private final String key;
    private final long startedNanos = System.nanoTime();
    private final Optional<Stage> crashAt;
    private volatile Stage stage;
    private volatile long stageNanos = startedNanos;

    Progress(String key, Stage first, Optional<Stage> crashAt) {
        this.key = key;
        this.crashAt = crashAt;
        this.stage = first;
        crashIfAsked(first);
    }

    public void reached(Stage next) {
        stage = next;
        stageNanos = System.nanoTime();
        crashIfAsked(next);
    }

    /** Fault injection: the process ends here as if it had been killed, with no clean-up of any kind. */
    private void crashIfAsked(Stage at) {
        if (crashAt.isPresent() && crashAt.get() == at) {
            Runtime.getRuntime().halt(137);
        }
    }

    /** The operation as {@code berth ops} and error messages show it. */
    public record Snapshot(String key, Stage stage, Duration inStage, Duration total) {
        @Override
        public String toString() {
            return "%s: stage %s for %d ms, %d ms in all"
                    .formatted(key, stage.label(), inStage.toMillis(), total.toMillis());
        }
    }

    Snapshot snapshot() {
        long now = System.nanoTime();
        return new Snapshot(key, stage, Duration.ofNanos(now - stageNanos), Duration.ofNanos(now - startedNanos));
    }
}
