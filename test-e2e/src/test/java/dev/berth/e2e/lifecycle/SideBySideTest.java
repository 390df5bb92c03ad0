package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.HostState;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons with folders of their own on one host do not meet. */
@ExtendWith(SharedRegistry.class)
final class SideBySideTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";

    @Test
    void twoDaemonsKeepPodsApart(@TempDir Path first, @TempDir Path second, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var one = Subject.start(first, registry);
        var two = Subject.start(second, registry);
        try (one;
                two) {
            var here = run(one);
            var there = run(two);
            assertNotEquals(here.id(), there.id());
            assertEquals(List.of(here.id()), pods(one));
            assertEquals(List.of(there.id()), pods(two));
            here.stop();
            here.remove();
            assertEquals(List.of(there.id()), pods(two));
            var box = there.start(Pod.container("box", BUSYBOX, List.of("sleep", "1000")));
            assertEquals(0, there.exec(box, "true").getExitCode());
            there.stop();
            there.remove();
        }
        HostState.awaitSame(one.marks(), one.before());
        HostState.awaitSame(two.marks(), two.before());
    }

    private static Pod run(Subject subject) {
        var image = ImageSpec.newBuilder().setImage(BUSYBOX);
        subject.client()
                .images()
                .pullImage(PullImageRequest.newBuilder().setImage(image).build());
        return Pod.run(subject.client(), Pod.config(subject.marks(), "same-name"));
    }

    private static List<String> pods(Subject subject) {
        return subject
                .client()
                .pods()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsList()
                .stream()
                .map(dev.berth.cri.api.PodSandbox::getId)
                .toList();
    }
}
