package dev.berth.e2e.bench;

import dev.berth.e2e.BridgeNetwork;
import dev.berth.e2e.Containerd;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * {@code NetworkBenchmark ROUNDS}: what the pod's network costs, on one conflist, by Berth's own plugins and by the
 * reference plugin programs under Berth and under containerd.
 */
final class NetworkBenchmark {
    private static final int WARM_UP = 30;
    private static final int BURSTS = 3;

    private final int rounds;

    private NetworkBenchmark(int rounds) {
        this.rounds = rounds;
    }

    public static void main(String[] arguments)
            throws IOException, InterruptedException, TimeoutException, ExecutionException {
        try (var folders = new BenchFolders()) {
            new NetworkBenchmark(Integer.parseInt(arguments[0])).run(folders);
        }
    }

    private void run(BenchFolders folders)
            throws IOException, InterruptedException, TimeoutException, ExecutionException {
        var own = BridgeNetwork.configure(folders.of("builtin"), true);
        var programs = BridgeNetwork.configure(folders.of("programs"), false);
        Path peer = folders.of("containerd");
        try (var registry = Registry.start(folders.of("registry"))) {
            registry.fill("basic");
            try (var builtin = NetworkContender.of("Berth", Daemon.start(own, registry));
                    var reference = NetworkContender.of("Berth + plugin programs", Daemon.start(programs, registry));
                    var containerd =
                            NetworkContender.of("containerd + plugin programs", Containerd.start(peer, registry))) {
                var contenders = List.of(builtin, reference, containerd);
                compete(contenders);
                System.out.print(NetworkTable.of(contenders, rounds));
            }
        }
    }

    /** In turns, so that what else the host does meets all alike. */
    private void compete(List<NetworkContender> contenders) throws InterruptedException, ExecutionException {
        for (int round = 0; round < WARM_UP; round++) {
            for (var contender : contenders) {
                contender.round("warm" + round, new NetworkFigures());
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (var contender : contenders) {
                contender.round("round" + round, contender.figures());
            }
        }
        for (int burst = 0; burst < BURSTS; burst++) {
            for (var contender : contenders) {
                contender.burst("burst" + burst);
            }
        }
    }
}
