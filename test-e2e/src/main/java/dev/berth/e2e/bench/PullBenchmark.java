package dev.berth.e2e.bench;

import dev.berth.e2e.Containerd;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Registry;
import dev.berth.e2e.bench.PullContender.Reference;
import java.io.IOException;
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
        try (var folders = new BenchFolders()) {
            new PullBenchmark(Integer.parseInt(arguments[0])).run(folders);
        }
    }

    private void run(BenchFolders folders) throws IOException, InterruptedException, TimeoutException {
        try (var registry = Registry.start(folders.of("registry"))) {
            registry.fill("layers");
            try (var berth = new PullContender(Daemon.start(folders.of("berth"), registry), registry.address());
                    var peer = new PullContender(
                            Containerd.start(folders.of("containerd"), registry), registry.address())) {
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
