package dev.berth.image.pull;

import dev.berth.image.catalog.Image;
import dev.berth.image.pull.PullReport.Outcome;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.RegistrySession;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pulls of a store: equal requests join one, and no more than some run at a time. */
public final class Pulls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pulls.class);

    /** The documents of each are in memory while it runs; more wait for their turn. */
    private static final int MOST_PULLS = 16;

    private record Running(Thread thread, CompletableFuture<Image> result) {}

    private final Registries registries;
    private final Workshop workshop;
    private final int parallelLayers;
    private final Map<PullRequest, Running> pulls = new ConcurrentHashMap<>();
    private final Semaphore turns = new Semaphore(MOST_PULLS, true);
    private final PullHistory history = new PullHistory();

    public Pulls(Registries registries, Workshop workshop, int parallelLayers) {
        this.registries = registries;
        this.workshop = workshop;
        this.parallelLayers = parallelLayers;
    }

    /** Interrupting the caller only stops its waiting. */
    public Image pull(PullRequest request) throws PullException, InterruptedException {
        var running = pulls.computeIfAbsent(request, this::start);
        try {
            return running.result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PullException failure) {
                throw failure;
            }
            throw new IllegalStateException("pull of " + request.reference(), e.getCause());
        }
    }

    private Running start(PullRequest request) {
        var result = new CompletableFuture<Image>();
        var progress = history.begin(request.reference());
        var name = "pull " + request.reference();
        var thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> perform(request, progress, result));
        thread.start();
        Thread.ofVirtual().name(name).start(() -> PullHistory.narrate(progress, result));
        return new Running(thread, result);
    }

    /** A failure of any kind must reach those who wait. */
    private void perform(PullRequest request, PullProgress progress, CompletableFuture<Image> result) {
        try {
            var image = perform(request, progress);
            history.end(progress, Outcome.SUCCEEDED);
            pulls.remove(request);
            result.complete(image);
        } catch (PullException | RuntimeException | Error e) {
            history.end(progress, e instanceof PullException failure ? Outcome.of(failure) : Outcome.DEFECT);
            pulls.remove(request);
            result.completeExceptionally(e);
        }
    }

    private Image perform(PullRequest request, PullProgress progress) throws PullException {
        try {
            turns.acquire();
        } catch (InterruptedException e) {
            throw closed(request, e);
        }
        try {
            return performNow(request, progress);
        } finally {
            turns.release();
        }
    }

    private static PullException closed(PullRequest request, InterruptedException e) {
        return new PullException.Unreachable("pull of " + request.reference() + ": the image store was closed", e);
    }

    private Image performNow(PullRequest request, PullProgress progress) throws PullException {
        var begin = System.nanoTime();
        LOG.info("pull of {} begins", request.reference());
        try (var session =
                RegistrySession.open(registries, request.reference(), request.credentials(), progress.journal())) {
            var pull = new Pull(request, session, workshop, progress);
            var image = pull.run(parallelLayers);
            LOG.info(
                    "pull of {} ends as {}: {} bytes of layers fetched in {} ms",
                    request.reference(),
                    image.id(),
                    pull.fetched(),
                    (System.nanoTime() - begin) / 1_000_000);
            return image;
        } catch (IOException e) {
            throw PullException.of("pull of " + request.reference() + ": " + Reason.of(e), e);
        } catch (InterruptedException e) {
            throw closed(request, e);
        }
    }

    /** Those that run, and the last that ended. */
    public List<PullReport> reports() {
        return history.reports();
    }

    public PullTotals totals() {
        return history.totals();
    }

    /** Ends those that are under way. */
    @Override
    public void close() {
        pulls.values().forEach(running -> running.thread.interrupt());
        pulls.values().forEach(running -> running.result.handle((_, _) -> true).join());
    }
}
