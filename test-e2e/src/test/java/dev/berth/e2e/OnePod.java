package dev.berth.e2e;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.PullImageRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A runtime of its own that has busybox, and one pod on it. Its end removes every pod and checks that the host is as it was. */
public record OnePod(Path folder, Subject subject, Pod pod) {
    public static final String BUSYBOX = "docker.io/library/busybox:latest";
    private static final Duration SOON = Duration.ofSeconds(15);

    public static OnePod run(Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var subject = Subject.start(folder, registry);
        pull(subject, BUSYBOX);
        return new OnePod(folder, subject, Pod.run(subject.client(), Pod.config(subject.marks(), "pod")));
    }

    private static void pull(Subject subject, String image) {
        var named = ImageSpec.newBuilder().setImage(image);
        subject.client()
                .images()
                .pullImage(PullImageRequest.newBuilder().setImage(named).build());
    }

    public void pull(String image) {
        pull(subject, image);
    }

    /** A busybox container named "box" that runs this command. */
    public static ContainerConfig.Builder box(String... command) {
        return Pod.container("box", BUSYBOX, List.of(command)).toBuilder();
    }

    /** What a script run by {@code sh} in the container prints. */
    public String output(String container, String script) {
        return pod.exec(container, "sh", "-c", script).getStdout().toString(StandardCharsets.UTF_8);
    }

    /** Starts the runtime after it was killed; waits for the client's own connection to come back, too. */
    public void restart() throws IOException, InterruptedException, TimeoutException {
        subject.runtime().start();
        Waiting.until("the connection is back", SOON, subject.client()::answers);
    }

    public void end() throws IOException, InterruptedException, TimeoutException {
        try {
            subject.removePods();
        } finally {
            subject.awaitNothingLeft();
        }
    }
}
