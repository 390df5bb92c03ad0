package dev.berth.e2e.bench;

import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.CriRuntime;
import dev.berth.e2e.Pod;
import dev.berth.e2e.bench.NetworkFigures.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A runtime with a network to be measured. */
record NetworkContender(String title, CriRuntime runtime, CriClient client, NetworkFigures figures)
        implements AutoCloseable {
    private static final String IMAGE = "docker.io/bench/hold:latest";
    private static final int AT_ONCE = 10;
    private static final int BURST = 40;

    static NetworkContender of(String title, CriRuntime runtime) {
        var client = runtime.client();
        var image = ImageSpec.newBuilder().setImage(IMAGE);
        client.images().pullImage(PullImageRequest.newBuilder().setImage(image).build());
        return new NetworkContender(title, runtime, client, new NetworkFigures());
    }

    void round(String name, NetworkFigures into) {
        var config = Pod.config(runtime.marks(), name);
        var onHost = Pod.onHostNetwork(Pod.config(runtime.marks(), name + "-host"));
        sandbox(config, into.of(Kind.RUN), into.of(Kind.STOP));
        sandbox(onHost, into.of(Kind.RUN_ON_HOST), into.of(Kind.STOP_ON_HOST));
        var begun = System.nanoTime();
        var pod = Pod.run(client, onHost);
        pod.start(Pod.onHostNetwork(Pod.container("hold", IMAGE, List.of())));
        into.of(Kind.START_ON_HOST).add(System.nanoTime() - begun);
        end(pod);
    }

    private void sandbox(PodSandboxConfig config, Samples run, Samples stop) {
        var begun = System.nanoTime();
        var pod = Pod.run(client, config);
        var ready = System.nanoTime();
        run.add(ready - begun);
        pod.stop();
        stop.add(System.nanoTime() - ready);
        pod.remove();
    }

    /** Starts pods, some at a time; counts the whole time for each. */
    void burst(String name) throws InterruptedException, ExecutionException {
        var pods = new ArrayList<Future<Pod>>();
        var begun = System.nanoTime();
        try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int number = 0; number < BURST; number++) {
                var config = Pod.config(runtime.marks(), name + "-" + number);
                pods.add(workers.submit(() -> started(config)));
            }
        }
        figures.of(Kind.BURST).add((System.nanoTime() - begun) / BURST);
        for (var pod : pods) {
            end(pod.get());
        }
    }

    private Pod started(PodSandboxConfig config) {
        var pod = Pod.run(client, config);
        pod.start(Pod.container("hold", IMAGE, List.of()));
        return pod;
    }

    private static void end(Pod pod) {
        pod.stop();
        pod.remove();
    }

    @Override
    public void close() throws IOException {
        client.close();
        runtime.close();
    }
}
