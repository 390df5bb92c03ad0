package dev.berth.e2e.bench;

import dev.berth.e2e.Containerd;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Registry;
import dev.berth.e2e.bench.PullContender.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * {@code PullBenchmark ROUNDS}: pulls the reference image, gzip and zstd, into empty stores on the same disk, each runtime in turn. The
 * registry's blobs are in the page cache after the first round, which does not count.
 */
final class PullBenchmark {
    private final int rounds;

    private PullBenchmark(int rounds) {
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, TimeoutException {
        var folder = Files.createTempDirectory("berth-bench");
        try {
            new PullBenchmark(Integer.parseInt(arguments[0])).run(folder);
        } finally {
            Benchmark.delete(folder);
        }
    }

    private void run(Path folder) throws IOException, InterruptedException, TimeoutException {
        try (var registry = Registry.start(folder.resolve("registry"))) {
            registry.fill("layers");
            try (var berth = new PullContender(Daemon.start(folder.resolve("berth"), registry), registry.address());
                    var peer = new PullContender(
                            Containerd.start(folder.resolve("containerd"), registry), registry.address())) {
                compete(List.of(berth, peer));
                System.out.print(PullTable.of(berth, peer, rounds));
            }
        }
    }

    private void compete(List<PullContender> contenders) throws IOException, InterruptedException {
        for (var round = 0; round <= rounds; round++) {
            for (var reference : Reference.values()) {
                for (var contender : contenders) {
                    contender.round(reference, round == 0 ? new Pulls() : contender.measured(reference));
                }
            }
        }
    }
}
