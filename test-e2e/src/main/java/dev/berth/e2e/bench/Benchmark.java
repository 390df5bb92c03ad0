package dev.berth.e2e.bench;

import dev.berth.e2e.Containerd;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** {@code Benchmark ROUNDS PODS}: times ROUNDS pods of each runtime in turn, and looks at the memory of PODS at once. */
final class Benchmark {
    /** So that neither runtime's first use of anything counts; a node's daemon has long done everything once. */
    private static final int WARM_UP = 20;

    private static final int EXECS = 3;

    private final int rounds;
    private final int pods;

    private Benchmark(int rounds, int pods) {
        this.rounds = rounds;
        this.pods = pods;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, TimeoutException {
        var folder = Files.createTempDirectory("berth-bench");
        var memory = Files.createTempDirectory(Path.of("/dev/shm"), "berth-bench");
        try {
            keepStateInMemory(folder.resolve("berth"), memory.resolve("berth"));
            keepStateInMemory(folder.resolve("containerd"), memory.resolve("containerd"));
            new Benchmark(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])).run(folder);
        } finally {
            delete(folder);
            delete(memory);
        }
    }

    /** On a node the state directory is below /run, a tmpfs. */
    private static void keepStateInMemory(Path runtime, Path memory) throws IOException {
        Files.createDirectories(runtime);
        Files.createSymbolicLink(runtime.resolve("state"), Files.createDirectories(memory));
    }

    private void run(Path folder) throws IOException, InterruptedException, TimeoutException {
        try (var registry = Registry.start(folder.resolve("registry"))) {
            registry.fill("basic");
            try (var berth = Contender.of(Daemon.start(folder.resolve("berth"), registry));
                    var containerd = Contender.of(Containerd.start(folder.resolve("containerd"), registry))) {
                compete(List.of(berth, containerd));
                System.out.print(Table.of(berth.measured(), containerd.measured(), rounds));
            }
        }
    }

    /** The runtimes alternate, so that what else the host does meets both alike. */
    private void compete(List<Contender> contenders) throws IOException {
        for (var contender : contenders) {
            for (int round = 0; round < WARM_UP; round++) {
                contender.round("warm" + round, EXECS, new Measured());
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (var contender : contenders) {
                contender.round("round" + round, EXECS, contender.measured());
            }
        }
        for (var contender : contenders) {
            contender.measureMemory(pods);
        }
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
