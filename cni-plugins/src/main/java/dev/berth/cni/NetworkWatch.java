package dev.berth.cni;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import dev.berth.linux.watch.DirectoryWatch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the readiness of the pod network known, so that whoever reads it waits for no file and no plugin. One thread asks
 * again whenever a file of the configuration or a plugin program changes, and every few seconds besides.
 */
public final class NetworkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkWatch.class);
    /** What the kernel does not tell, such as a plugin's own state, is asked for this often. */
    private static final Duration ROUND = Duration.ofSeconds(5);

    /** Many changes in a row, also those that a plugin makes when it is asked, are one. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PodNetworks networks;
    private final Consumer<NetworkReadiness> changed;
    private final Optional<DirectoryWatch> watch;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile NetworkReadiness readiness;
    /** Of the thread only. */
    private boolean watching;

    private NetworkWatch(
            PodNetworks networks,
            Consumer<NetworkReadiness> changed,
            NetworkReadiness first,
            Optional<DirectoryWatch> watch) {
        this.networks = networks;
        this.changed = changed;
        this.readiness = first;
        this.watch = watch;
        this.watching = watch.isPresent();
        this.thread = Thread.ofPlatform().daemon().name("pod network watch").unstarted(this::run);
    }

    /**
     * Asks once before it returns: a node that was ready stays so over a restart of the daemon.
     *
     * @param changed told the first readiness, and each that is another than the one before; by one thread at a time
     */
    public static NetworkWatch start(PodNetworks networks, Consumer<NetworkReadiness> changed)
            throws InterruptedException {
        Optional<DirectoryWatch> files = files(networks);
        NetworkReadiness first = networks.readiness();
        changed.accept(first);
        NetworkWatch watch = new NetworkWatch(networks, changed, first, files);
        watch.thread.start();
        return watch;
    }

    private static Optional<DirectoryWatch> files(PodNetworks networks) {
        try {
            return Optional.of(DirectoryWatch.open(networks.places()));
        } catch (ErrnoException e) {
            LOG.warn(
                    "no watch on network configurations: {}; they are looked at every {} s",
                    Reason.of(e),
                    ROUND.toSeconds());
            return Optional.empty();
        }
    }

    /** As it was when it was last asked for. */
    public NetworkReadiness readiness() {
        return readiness;
    }

    private void run() {
        try {
            while (!over()) {
                ask();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() throws InterruptedException {
        NetworkReadiness now = networks.readiness();
        if (!now.equals(readiness)) {
            readiness = now;
            changed.accept(now);
        }
    }

    /** Waits for a change or for the end of the round; whether it is the end of the watch. */
    private boolean over() throws InterruptedException {
        if (watching) {
            try {
                boolean end = ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                return end || over(watch.orElseThrow());
            } catch (ErrnoException e) {
                LOG.warn(
                        "the watch on network configurations failed: {}; they are looked at every {} s",
                        Reason.of(e),
                        ROUND.toSeconds());
                watching = false;
            }
        }
        return ended.await(ROUND.toSeconds(), TimeUnit.SECONDS);
    }

    private boolean over(DirectoryWatch files) throws ErrnoException {
        files.await(ROUND);
        return ended.getCount() == 0;
    }

    @Override
    public void close() {
        ended.countDown();
        watch.ifPresent(DirectoryWatch::end);
        boolean interrupted = false;
        try {
            thread.join();
        } catch (InterruptedException _) {
            interrupted = true;
        }
        watch.ifPresent(DirectoryWatch::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
