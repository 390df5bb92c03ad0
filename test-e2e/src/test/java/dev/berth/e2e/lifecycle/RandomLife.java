package dev.berth.e2e.lifecycle;

import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.Marks;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What many impatient callers ask of a runtime, by chance; they share pods and containers and get in each other's way. */
final class RandomLife {
    private static final int PODS = 4;

    /** What may be answered to somebody who comes too late, too early, or while the daemon is killed. */
    private static final Set<Status.Code> FAIR =
            Set.of(Status.Code.NOT_FOUND, Status.Code.FAILED_PRECONDITION, Status.Code.UNAVAILABLE);

    private static final List<List<String>> COMMANDS =
            List.of(List.of("sleep", "1000"), List.of("true"), List.of("sh", "-c", "exit 3"));

    private final CriClient client;
    private final Marks marks;
    private final Queue<Pod> pods = new ConcurrentLinkedQueue<>();
    private final Queue<String> containers = new ConcurrentLinkedQueue<>();
    private final Queue<String> unfair = new ConcurrentLinkedQueue<>();

    RandomLife(CriClient client, Marks marks) {
        this.client = client;
        this.marks = marks;
    }

    /** Answers that nobody should have got. */
    List<String> unfair() {
        return List.copyOf(unfair);
    }

    /** Each of some callers asks some things, all at once; the work is done beside them. */
    void round(long seed, int callers, int calls, Runnable meanwhile) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (int caller = 0; caller < callers; caller++) {
            var random = new Random(seed * callers + caller);
            threads.add(Thread.ofVirtual().start(() -> {
                for (int call = 0; call < calls; call++) {
                    ask(random);
                }
            }));
        }
        meanwhile.run();
        for (var thread : threads) {
            thread.join();
        }
    }

    private void ask(Random random) {
        int dice = random.nextInt(100);
        try {
            if (pods.isEmpty() || dice < 10) {
                var name = "random" + random.nextInt(PODS);
                pods.add(Pod.run(client, Pod.config(marks, name)));
            } else if (containers.isEmpty() || dice < 45) {
                create(random);
            } else if (dice < 92) {
                ofContainer(random, dice);
            } else {
                ofPod(random, dice);
            }
        } catch (StatusRuntimeException e) {
            if (!FAIR.contains(e.getStatus().getCode())) {
                unfair.add(dice + ": " + e);
            }
        }
    }

    private void create(Random random) {
        var name = "c" + random.nextInt(1 << 20);
        var command = COMMANDS.get(random.nextInt(COMMANDS.size()));
        containers.add(any(pods, random).create(Pod.container(name, OnePod.BUSYBOX, command)));
    }

    private void ofContainer(Random random, int dice) {
        var pod = any(pods, random);
        var container = any(containers, random);
        if (dice < 65) {
            pod.start(container);
        } else if (dice < 72) {
            pod.stop(container, random.nextInt(2));
        } else if (dice < 80) {
            var limits = LinuxContainerResources.newBuilder().setCpuShares(2 + random.nextInt(1000));
            pod.update(container, limits.build());
        } else if (dice < 84) {
            pod.exec(container, "true");
        } else {
            pod.remove(container);
        }
    }

    private void ofPod(Random random, int dice) {
        var pod = any(pods, random);
        if (dice < 97) {
            pod.stop();
        } else {
            pod.remove();
        }
    }

    private static <T> T any(Queue<T> all, Random random) {
        var list = List.copyOf(all);
        return list.get(random.nextInt(list.size()));
    }
}
