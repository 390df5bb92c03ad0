package dev.berth.image.pull;

import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullReport.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pulls that run, the last that ended, and the sums of all. */
final class PullHistory {
    private static final Logger LOG = LoggerFactory.getLogger(PullHistory.class);
    private static final int KEPT = 8;
    private static final long LOG_SECONDS = 10;

    private final LongAdder bytes = new LongAdder();
    private final Set<PullProgress> running = new LinkedHashSet<>();
    private final Deque<PullReport> ended = new ArrayDeque<>();
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);

    synchronized PullProgress begin(ImageReference reference) {
        var progress = new PullProgress(reference, bytes);
        running.add(progress);
        return progress;
    }

    synchronized void end(PullProgress progress, Outcome outcome) {
        running.remove(progress);
        outcomes.merge(outcome, 1L, Long::sum);
        ended.addFirst(progress.report(Optional.of(outcome)));
        if (ended.size() > KEPT) {
            ended.removeLast();
        }
    }

    /** Those that run, in the order they began, then those that ended, the last one first. */
    synchronized List<PullReport> reports() {
        var all = new ArrayList<PullReport>();
        running.forEach(progress -> all.add(progress.report(Optional.empty())));
        all.addAll(ended);
        return all;
    }

    synchronized PullTotals totals() {
        return new PullTotals(bytes.sum(), outcomes, running.size());
    }

    /** Says on the log how far a pull is, now and then until it ends. */
    static void narrate(PullProgress progress, CompletableFuture<?> end) {
        var ended = end.handle((_, _) -> true);
        while (true) {
            try {
                ended.get(LOG_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException _) {
                var report = progress.report(Optional.empty());
                LOG.info("pull of {}: {}", report.reference(), report.summary());
            } catch (InterruptedException | ExecutionException _) {
                return;
            }
        }
    }
}
