package dev.berth.engine.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a watcher of an index is told. */
final class IdIndexWatchTest {
    private final IdIndex<Integer> index = new IdIndex<>("number");
    private final List<String> told = new ArrayList<>();

    private void tell(Optional<Integer> before, Optional<Integer> after) {
        told.add(before.map(String::valueOf).orElse("-") + " "
                + after.map(String::valueOf).orElse("-") + " "
                + index.exactly("a").map(String::valueOf).orElse("-"));
    }

    @Test
    void eachChangeIsToldOnceItCanBeRead() {
        index.watch(this::tell);
        index.put("a", 1);
        index.replace("a", each -> each + 1);
        index.replace("b", each -> each + 1);
        index.remove("b");
        index.remove("a");
        assertEquals(List.of("- 1 1", "1 2 2", "2 - -"), told);
    }

    @Test
    void changesFromManyThreadsAreToldInTheOrderInWhichTheyWereMade() throws InterruptedException {
        var last = new AtomicInteger();
        var leaps = new AtomicInteger();
        index.put("a", 0);
        index.watch((before, after) -> {
            leaps.addAndGet(before.orElseThrow() == last.getAndSet(after.orElseThrow()) ? 0 : 1);
        });
        var threads = new ArrayList<Thread>();
        for (int number = 0; number < 8; number++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int count = 0; count < 1000; count++) {
                    index.replace("a", each -> each + 1);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertEquals(8000, last.get());
        assertEquals(0, leaps.get());
    }
}
