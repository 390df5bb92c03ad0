package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.Checkout;
import dev.berth.e2e.Crictl;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every verb of the real crictl that this runtime serves. */
@ExtendWith(SharedRegistry.class)
final class CrictlTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";

    private final Path folder;
    private final Subject subject;
    private final Crictl crictl;

    CrictlTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        var program = Checkout.current().tool("crictl");
        assumeTrue(Files.isExecutable(program), "crictl is not driven: test-e2e/tools/build could not build it");
        subject = Subject.start(folder, registry);
        crictl = Crictl.of(subject.runtime()).orElseThrow();
    }

    @AfterEach
    void nothingIsLeft() throws IOException, InterruptedException, TimeoutException {
        try {
            crictl.text("rmp", "--all", "--force");
        } finally {
            subject.awaitNothingLeft();
        }
    }

    @Test
    void crictlSeesTheRuntimeAndItsImages() throws IOException, InterruptedException {
        assertTrue(crictl.text("version").contains("RuntimeApiVersion:  v1"));
        assertTrue(crictl.json("info").at("/status/conditions").size() >= 2);
        assertTrue(crictl.text("pull", BUSYBOX).contains("Image is up to date"));
        var image = crictl.json("images").at("/images/0");
        assertEquals(BUSYBOX, image.at("/repoTags/0").asText());
        assertEquals(
                image.at("/id").asText(),
                crictl.json("inspecti", BUSYBOX).at("/status/id").asText());
        assertTrue(crictl.text("rmi", BUSYBOX).contains(BUSYBOX));
        assertFalse(crictl.text("images").contains("library/busybox"));
    }

    @Test
    void crictlLeadsAPodThroughItsLife() throws IOException, InterruptedException, TimeoutException {
        crictl.text("pull", BUSYBOX);
        var pod = crictl.text("runp", podFile().toString());
        assertEquals(pod, crictl.json("pods").at("/items/0/id").asText());
        assertFalse(
                crictl.json("inspectp", pod).at("/status/network/ip").asText().isEmpty());

        var container =
                crictl.text("create", pod, containerFile().toString(), podFile().toString());
        assertEquals(container, crictl.text("start", container));
        assertEquals(container, crictl.json("ps").at("/containers/0/id").asText());
        assertEquals(
                "CONTAINER_RUNNING",
                crictl.json("inspect", container).at("/status/state").asText());
        assertEquals("by hand", crictl.text("exec", "-s", container, "echo", "by hand"));
        Waiting.until(
                "the line is in the log",
                Duration.ofSeconds(15),
                () -> crictl.text("logs", container).equals("from crictl"));
        assertEquals(
                container,
                crictl.json("stats", container).at("/stats/0/attributes/id").asText());

        assertEquals(container, crictl.text("stop", "-t", "0", container));
        assertEquals(
                "CONTAINER_EXITED",
                crictl.json("inspect", container).at("/status/state").asText());
        assertEquals(container, crictl.text("rm", container));
        assertTrue(crictl.text("stopp", pod).contains(pod));
        assertTrue(crictl.text("rmp", pod).contains(pod));
        assertEquals(0, crictl.json("pods").at("/items").size());
    }

    private Path podFile() throws IOException {
        return Files.writeString(folder.resolve("pod.json"), """
                {"metadata": {"name": "by-crictl", "namespace": "e2e", "uid": "by-crictl-uid", "attempt": 0},
                 "log_directory": "%1$s/logs/by-crictl", "linux": {"cgroup_parent": "%2$s/by-crictl"}}
                """.formatted(
                        folder, subject.marks().cgroup()));
    }

    private Path containerFile() throws IOException {
        return Files.writeString(folder.resolve("container.json"), """
                {"metadata": {"name": "box"}, "image": {"image": "%s"}, "log_path": "box.log", "linux": {},
                 "command": ["sh", "-c", "echo from crictl; exec sleep 1000"]}
                """.formatted(BUSYBOX));
    }
}
