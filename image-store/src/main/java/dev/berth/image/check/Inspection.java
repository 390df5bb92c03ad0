package dev.berth.image.check;

import dev.berth.image.catalog.Images;
import dev.berth.image.contents.Depth;
import dev.berth.image.record.StorePaths;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slow look at all layers after a start, which takes damaged ones out of use. It finds what happened while nobody watched; a
 * periodic one would be work that grows with the files of the host.
 */
public final class Inspection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);

    /** After a start the host has more urgent things to do. */
    private static final Duration DELAY = Duration.ofMinutes(1);

    private static final int BATCH = 64;
    /** Some 6,000 files a second, for a few percent of a processor. */
    private static final Duration REST = Duration.ofMillis(10);

    private final StorePaths paths;
    private final Images images;
    private final Thread thread;
    private long files;

    public Inspection(StorePaths paths, Images images) {
        this.paths = paths;
        this.images = images;
        this.thread = Thread.ofPlatform().daemon().name("image-inspection").unstarted(this::run);
    }

    public void begin() {
        thread.start();
    }

    private void run() {
        try {
            Thread.sleep(DELAY); // there is nothing to wait for; interrupted when the store is closed
            new StoreCheck(
                            paths,
                            Depth.ATTRIBUTES,
                            this::rest,
                            Repairs.of(paths, images),
                            fault -> LOG.warn("image store: {}", fault))
                    .run();
        } catch (IOException e) {
            LOG.warn("looking through image store {}: {}", paths.root(), Reason.of(e));
        } catch (InterruptedException _) {
            return; // the store is closed
        }
    }

    private void rest() throws InterruptedException {
        if (++files % BATCH == 0) {
            Thread.sleep(REST); // what keeps the disk and a processor free for others
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        var interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
