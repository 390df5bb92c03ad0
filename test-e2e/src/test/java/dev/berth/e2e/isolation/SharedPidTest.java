package dev.berth.e2e.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.Capability;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.NamespaceMode;
import dev.berth.cri.api.NamespaceOption;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.HostState;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pod that shares its PID namespace has our own process in it: even a container that may trace any process gains nothing. */
@ExtendWith(SharedRegistry.class)
final class SharedPidTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";
    private static final NamespaceOption SHARED =
            NamespaceOption.newBuilder().setPid(NamespaceMode.POD).build();

    @Test
    void thePodsFirstProcessLeadsNowhere(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var subject = Subject.start(folder, registry);
        try (subject) {
            var client = subject.client();
            var image = ImageSpec.newBuilder().setImage(BUSYBOX);
            client.images()
                    .pullImage(PullImageRequest.newBuilder().setImage(image).build());
            var config = Pod.config(subject.marks(), "shared").toBuilder();
            config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(SHARED);
            var pod = Pod.run(client, config.build());
            var tracer = Pod.container("tracer", BUSYBOX, List.of("sleep", "1000")).toBuilder();
            tracer.getLinuxBuilder()
                    .getSecurityContextBuilder()
                    .setNamespaceOptions(SHARED)
                    .setCapabilities(Capability.newBuilder().addAddCapabilities("SYS_PTRACE"));
            var id = pod.start(tracer.build());
            assertTrue(text(pod, id, "cat /proc/1/comm").contains("berth-shim"));
            assertEquals("", text(pod, id, "ls /proc/1/root/"));
            assertFalse(text(pod, id, "cat /proc/1/mountinfo").contains("/proc"));
            assertTrue(text(pod, id, "grep CapEff /proc/1/status").endsWith("0000000000000000"));
            assertTrue(text(pod, id, "grep CapBnd /proc/1/status").endsWith("0000000000000000"));
            pod.exec(id, "kill", "-TERM", "1");
            pod.exec(id, "kill", "-KILL", "1");
            assertEquals(PodSandboxState.SANDBOX_READY, pod.status().getState());
            // a holder that cannot take connections any more is ended all the same
            var before = System.nanoTime();
            pod.exec(id, "kill", "-STOP", "1");
            pod.stop();
            assertTrue(Duration.ofNanos(System.nanoTime() - before).toSeconds() < 30);
            pod.remove();
        }
        HostState.awaitSame(subject.marks(), subject.before());
    }

    private static String text(Pod pod, String container, String command) {
        return pod.exec(container, "sh", "-c", command)
                .getStdout()
                .toStringUtf8()
                .strip();
    }
}
