package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.HostState;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Memory limits, as the kubelet sees them work. */
@ExtendWith(SharedRegistry.class)
final class OutOfMemoryTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";

    @Test
    void aContainerBeyondItsLimitIsReportedAsOutOfMemory(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var subject = Subject.start(folder, registry);
        try (subject) {
            var client = subject.client();
            var image = ImageSpec.newBuilder().setImage(BUSYBOX);
            client.images()
                    .pullImage(PullImageRequest.newBuilder().setImage(image).build());
            var pod = Pod.run(client, Pod.config(subject.marks(), "hungry"));
            var limit = LinuxContainerResources.newBuilder().setMemoryLimitInBytes(32 << 20);
            var hungry = Pod.container("box", BUSYBOX, List.of("tail", "/dev/zero")).toBuilder();
            hungry.getLinuxBuilder().setResources(limit);
            var id = pod.start(hungry.build());
            Waiting.until(
                    "the kernel ends it",
                    Duration.ofSeconds(30),
                    () -> pod.status(id).getState() == ContainerState.CONTAINER_EXITED);
            assertEquals("OOMKilled", pod.status(id).getReason());
            assertEquals(137, pod.status(id).getExitCode());
            pod.stop();
            pod.remove();
        }
        HostState.awaitSame(subject.marks(), subject.before());
    }
}
