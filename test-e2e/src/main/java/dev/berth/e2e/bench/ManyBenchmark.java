package dev.berth.e2e.bench;

import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.StreamContainersRequest;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/**
 * {@code ManyBenchmark CONTAINERS}: times lists of so many containers while ten pods a second start and stop. The containers are copies of
 * the record of one that was created; to have them made, one by one, takes longer than anything that is measured.
 */
final class ManyBenchmark {
    private static final String IMAGE = "docker.io/bench/hold:latest";
    private static final int CALLS = 100;
    private static final long EACH_MILLIS = 100;

    private final int containers;
    private final Samples starts = new Samples();
    private int started;

    private ManyBenchmark(int containers) {
        this.containers = containers;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, TimeoutException {
        try (var folders = new BenchFolders()) {
            new ManyBenchmark(Integer.parseInt(arguments[0])).run(folders);
        }
    }

    private void run(BenchFolders folders) throws IOException, InterruptedException, TimeoutException {
        var folder = folders.of("berth");
        try (var registry = Registry.start(folders.of("registry"))) {
            registry.fill("basic");
            var daemon = Daemon.start(folder, registry);
            try (var berth = Contender.of(daemon)) {
                var pod = Pod.run(berth.client(), Pod.config(daemon.marks(), "many"));
                var original = pod.create(Pod.container("hold", IMAGE, List.of()));
                daemon.kill();
                copy(folder, original);
                long begun = System.nanoTime();
                daemon.start();
                print("start of the daemon, to the first answer", System.nanoTime() - begun);
                reconnect(berth);
                time(berth);
                pod.remove();
            }
        }
    }

    private static void reconnect(Contender berth) {
        while (!berth.client().answers()) {
            Thread.onSpinWait();
        }
    }

    private void copy(Path folder, String original) throws IOException {
        var records = folder.resolve("state/containers");
        var record = Files.readString(records.resolve(original).resolve("container.json"));
        var random = new Random(1);
        var id = new byte[32];
        for (int number = 1; number < containers; number++) {
            random.nextBytes(id);
            var name = HexFormat.of().formatHex(id);
            var copy = Files.createDirectory(records.resolve(name));
            Files.writeString(
                    copy.resolve("container.json"),
                    record.replace(original, name).replace("\"name\":\"hold\"", "\"name\":\"hold" + number + "\""));
            Files.copy(records.resolve(original).resolve("config.json"), copy.resolve("config.json"));
            Files.createDirectories(
                    folder.resolve("root/containers").resolve(name).resolve("upper"));
        }
    }

    /** First alone, then beside pods that come and go. */
    private void time(Contender berth) {
        print("ListContainers, nothing else going on", () -> listed(berth));
        print("StreamContainers, nothing else going on", () -> streamed(berth));
        try (var churn = Executors.newSingleThreadScheduledExecutor()) {
            var pods = churn.scheduleAtFixedRate(() -> pod(berth), 0, EACH_MILLIS, TimeUnit.MILLISECONDS);
            print("ListContainers, ten pods a second", () -> listed(berth));
            print("StreamContainers, ten pods a second", () -> streamed(berth));
            pods.cancel(false);
        }
        print("pod start meanwhile", starts);
    }

    private void pod(Contender berth) {
        long begun = System.nanoTime();
        var pod = berth.pod("churn" + started++);
        starts.add(System.nanoTime() - begun);
        pod.remove();
    }

    private static int listed(Contender berth) {
        return berth.client()
                .pods()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersCount();
    }

    private static int streamed(Contender berth) {
        int count = 0;
        var messages = berth.client().pods().streamContainers(StreamContainersRequest.getDefaultInstance());
        while (messages.hasNext()) {
            count += messages.next().getContainersCount();
        }
        return count;
    }

    private void print(String what, IntSupplier call) {
        var samples = new Samples();
        for (int round = 0; round < CALLS; round++) {
            long begun = System.nanoTime();
            int count = call.getAsInt();
            samples.add(System.nanoTime() - begun);
            if (count < containers) {
                throw new IllegalStateException(what + ": only " + count);
            }
        }
        print(what, samples);
    }

    private static void print(String what, Samples samples) {
        System.out.printf(
                Locale.ROOT, "| %s | p50 %.1f ms | p99 %.1f ms |%n", what, samples.millis(0.5), samples.millis(0.99));
    }

    private void print(String what, long nanos) {
        System.out.printf(Locale.ROOT, "| %d containers | | |%n|---|---|---|%n", containers);
        System.out.printf(Locale.ROOT, "| %s | %.0f ms | |%n", what, nanos / 1e6);
    }
}
