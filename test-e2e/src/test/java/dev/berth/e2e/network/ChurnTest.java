package dev.berth.e2e.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.HostState;
import dev.berth.e2e.Marks;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pods come and go by the hundreds while the daemon is killed every few seconds. */
@ExtendWith(SharedRegistry.class)
final class ChurnTest {
    private static final int PODS = 500;
    private static final int AT_ONCE = 8;
    private static final long SECONDS_BETWEEN_KILLS = 3;
    /** On a host so busy that a start takes longer than what lies between two kills, pods have to come on all the same. */
    private static final int FEWEST_PODS_BETWEEN_KILLS = 20;

    private static final int FEWEST_KILLS = 3;

    @Test
    void fiveHundredPodsShareNoAddressAndLeaveNothing(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException, ExecutionException {
        var before = HostState.of(Marks.of(folder));
        try (var daemon = Daemon.start(folder, registry)) {
            pull(daemon);
            var addresses = new Addresses();
            int kills = churn(daemon, addresses);
            assertTrue(kills >= FEWEST_KILLS, "the daemon was killed only " + kills + " times");
            assertEquals(List.of(), addresses.givenTwice());
            EmptyNode.await(daemon.marks());
        }
        HostState.awaitSame(Marks.of(folder), before);
    }

    private static void pull(Daemon daemon) {
        try (var client = daemon.client()) {
            var image = ImageSpec.newBuilder().setImage(ChurnedPod.IMAGE);
            client.images()
                    .pullImage(PullImageRequest.newBuilder().setImage(image).build());
        }
    }

    /** Gives how often the daemon was killed. */
    private static int churn(Daemon daemon, Addresses addresses)
            throws IOException, InterruptedException, TimeoutException, ExecutionException {
        var next = new AtomicInteger();
        var lives = new ArrayList<Future<Integer>>();
        int kills = 0;
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < AT_ONCE; worker++) {
                lives.add(workers.submit(() -> live(daemon, addresses, next)));
            }
            workers.shutdown();
            try {
                int begun = 0;
                while (!workers.awaitTermination(SECONDS_BETWEEN_KILLS, TimeUnit.SECONDS)) {
                    if (next.get() >= begun + FEWEST_PODS_BETWEEN_KILLS) {
                        daemon.kill();
                        daemon.start();
                        kills++;
                        begun = next.get();
                    }
                }
            } finally {
                next.set(PODS);
            }
        }
        int lived = 0;
        for (var life : lives) {
            lived += life.get();
        }
        assertEquals(PODS, lived);
        return kills;
    }

    /** Gives how many pods this worker saw through. */
    private static int live(Daemon daemon, Addresses addresses, AtomicInteger next)
            throws IOException, InterruptedException, TimeoutException {
        int lived = 0;
        try (var client = daemon.client()) {
            for (int number = next.getAndIncrement(); number < PODS; number = next.getAndIncrement()) {
                new ChurnedPod(client, daemon.marks(), number, addresses).liveAndDie();
                lived++;
            }
        }
        return lived;
    }
}
