package dev.berth.image.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.image.MisbehavingRegistry;
import dev.berth.image.TestImage;
import dev.berth.image.TestImage.Layer;
import dev.berth.image.TestStore;
import dev.berth.image.TestTar;
import dev.berth.image.catalog.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PullTurnsTest {
    private static final int PULLS = 20;
    private static final int MOST = 16;

    private final TestImage image =
            TestImage.of(Layer.plain(new TestTar().file("x", "1").bytes()));
    private final CountDownLatch oneMore = new CountDownLatch(MOST + 1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @TempDir
    Path directory;

    /** Stays until one pull more than may be is here too, or will not be. */
    private void answer(HttpExchange exchange) throws IOException {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            oneMore.countDown();
            oneMore.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException("the test is over", e);
        }
        running.decrementAndGet();
        MisbehavingRegistry.answer(exchange, 200, TestImage.MANIFEST_TYPE, image.manifest);
    }

    @Test
    void beyondSomeNumberPullsWaitForTheirTurn() throws Exception {
        try (var registry = MisbehavingRegistry.serving(image);
                var store = TestStore.open(directory);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var pulls = new ArrayList<Callable<Image>>();
            for (var i = 0; i < PULLS; i++) {
                var tag = "t" + i;
                registry.on("/v2/app/manifests/" + tag, this::answer);
                pulls.add(() -> store.pull(registry.host() + "/app:" + tag));
            }
            for (var pull : threads.invokeAll(pulls)) {
                assertEquals(image.config.toString(), pull.get().id());
            }
            assertEquals(
                    List.of(PULLS),
                    store.store.list().stream()
                            .map(each -> each.repoTags().size())
                            .toList());
        }
        assertEquals(MOST, most.get());
    }
}
