package dev.berth.e2e.bench;

import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.CriRuntime;
import dev.berth.e2e.Pod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A runtime with a warm connection to it, and what was measured. */
record Contender(CriRuntime runtime, CriClient client, Measured measured) implements AutoCloseable {
    private static final String IMAGE = "docker.io/bench/hold:latest";

    static Contender of(CriRuntime runtime) {
        var contender = new Contender(runtime, runtime.client(), new Measured());
        var image = ImageSpec.newBuilder().setImage(IMAGE);
        contender
                .client
                .images()
                .pullImage(PullImageRequest.newBuilder().setImage(image).build());
        return contender;
    }

    /** One pod's life; its times count unless this is a round to warm up. */
    void round(String name, int execs, Measured into) {
        var begun = System.nanoTime();
        var pod = Pod.run(client, Pod.config(runtime.marks(), name));
        var container = pod.start(Pod.container("hold", IMAGE, List.of()));
        var started = System.nanoTime();
        into.of(Measured.Kind.START).add(started - begun);
        for (int exec = 0; exec < execs; exec++) {
            exec(pod, container, into);
        }
        var end = System.nanoTime();
        pod.stop(container, 0);
        pod.remove(container);
        pod.stop();
        pod.remove();
        into.of(Measured.Kind.REMOVAL).add(System.nanoTime() - end);
    }

    private static void exec(Pod pod, String container, Measured into) {
        var begun = System.nanoTime();
        var status = pod.exec(container, "/bin/true").getExitCode();
        into.of(Measured.Kind.EXEC).add(System.nanoTime() - begun);
        if (status != 0) {
            throw new IllegalStateException("exec ended with status " + status);
        }
    }

    /** A pod with one container that runs until it is removed. */
    Pod pod(String name) {
        var pod = Pod.run(client, Pod.config(runtime.marks(), name));
        pod.start(Pod.container("hold", IMAGE, List.of()));
        return pod;
    }

    /** Memory while a number of pods run. */
    void measureMemory(int count) throws IOException {
        var pods = new ArrayList<Pod>();
        for (int number = 0; number < count; number++) {
            pods.add(pod("memory" + number));
        }
        measured.memory(Memory.of(runtime, count));
        for (var pod : pods) {
            pod.stop();
            pod.remove();
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        runtime.close();
    }
}
