package dev.berth.engine.operation;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far one running operation has come. */
public final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final long NANOS_PER_MICRO = 1000;

    private final String key;
    private final long startedNanos = System.nanoTime();
    private final Optional<Stage> crashAt;
    private volatile Stage stage;
    private volatile long stageNanos = startedNanos;
    private volatile Supplier<String> detail = () -> "";

    Progress(String key, Stage first, Optional<Stage> crashAt) {
        this.key = key;
        this.crashAt = crashAt;
        this.stage = first;
        crashIfAsked(first);
    }

    public void reached(Stage next) {
        long now = System.nanoTime();
        LOG.debug("{} after {} us", next.label(), (now - stageNanos) / NANOS_PER_MICRO);
        stage = next;
        stageNanos = now;
        crashIfAsked(next);
    }

    /** How far the stage is that takes long: asked when somebody looks. */
    public void describedBy(Supplier<String> words) {
        detail = words;
    }

    /** Fault injection: the process ends here as if it had been killed, with no clean-up of any kind. */
    private void crashIfAsked(Stage at) {
        if (crashAt.isPresent() && crashAt.get() == at) {
            Runtime.getRuntime().halt(137);
        }
    }

    /** The operation as {@code berth ops} and error messages show it. */
    public record Snapshot(String key, Stage stage, String detail, Duration inStage, Duration total) {
        @Override
        public String toString() {
            return "%s: stage %s for %d ms, %d ms in all"
                    .formatted(key, stage.label(), inStage.toMillis(), total.toMillis());
        }
    }

    Snapshot snapshot() {
        long now = System.nanoTime();
        return new Snapshot(
                key, stage, detail.get(), Duration.ofNanos(now - stageNanos), Duration.ofNanos(now - startedNanos));
    }
}
