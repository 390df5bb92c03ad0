package dev.berth.engine.sandbox;

import dev.berth.cni.PodNetworks;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Stage;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what sandboxes that are gone have left in their networks: at the start, from time to time, and again soon
 * after it has failed.
 */
public final class CollectNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(CollectNetworks.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    /** What plugins may keep the daemon from answering after its start. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Sandboxes sandboxes;
    private final Operations operations;
    private final PodNetworks networks;
    private final CheckNetwork check;
    private final Duration interval;
    private final CountDownLatch begun = new CountDownLatch(1);

    public CollectNetworks(
            Sandboxes sandboxes, Operations operations, PodNetworks networks, CheckNetwork check, Duration interval) {
        this.sandboxes = sandboxes;
        this.operations = operations;
        this.networks = networks;
        this.check = check;
        this.interval = interval;
    }

    /** Goes on for as long as the daemon lives; returns when the first collection is done, or takes long. */
    public void start() throws InterruptedException {
        Thread.ofPlatform().daemon().name("network collection").start(this::run);
        if (!begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            LOG.warn("the networks of pods that are gone are still being released");
        }
    }

    private void run() {
        try {
            var retry = FIRST_RETRY;
            boolean clean = once(retry);
            begun.countDown();
            Thread.ofPlatform().daemon().name("network check").start(this::check);
            while (true) {
                // no event says that a plugin would succeed now: the time until the next try is the point
                Thread.sleep(clean ? interval : shorter(retry, interval));
                retry = clean ? FIRST_RETRY : shorter(retry.multipliedBy(2), interval);
                clean = once(retry);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** On a thread of its own: plugins that take long hold up no collection. */
    private void check() {
        try {
            check.all();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean once(Duration retry) throws InterruptedException {
        try {
            return operations.run("collect-networks", Stage.COLLECT_NETWORKS_STARTED, Boolean.class, _ -> collected());
        } catch (EngineException e) {
            LOG.warn(
                    "{}; tried again in {} s",
                    Reason.of(e),
                    shorter(retry, interval).toSeconds());
            return false;
        }
    }

    private boolean collected() throws EngineException, InterruptedException {
        try {
            return networks.collect(this::live);
        } catch (IOException | UncheckedIOException e) {
            throw new EngineException(
                    EngineException.Code.INTERNAL, "networks of pods that are gone: " + Reason.of(e), e);
        }
    }

    /** What is on disk counts as live, also a sandbox that could not be recovered. */
    private Set<String> live() {
        try {
            return sandboxes.onDisk();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
