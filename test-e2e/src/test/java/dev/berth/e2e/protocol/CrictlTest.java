package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.Checkout;
import dev.berth.e2e.Crictl;
import dev.berth.e2e.Ending;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** The verbs of {@code crictl --help}; attach, exec -it and port-forward are StreamingTest's, the others are above and here. */
    private static final List<String> VERBS = List.of(
            ("attach checkpoint completion config create events exec imagefsinfo images info inspect inspecti inspectp logs metricdescs "
                            + "metricsp pods port-forward ps pull rm rmi rmp run runp runtime-config start stats statsp stop stopp update "
                            + "update-runtime-config version help")
                    .split(" "));

    @Test
    void crictlHasNoVerbThatIsNotTried() throws IOException, InterruptedException {
        var help = crictl.text("--help");
        var commands = help.substring(help.indexOf("COMMANDS:"), help.indexOf("GLOBAL OPTIONS:"));
        assertEquals(
                VERBS,
                commands.lines()
                        .skip(1)
                        .map(line -> line.strip().split("[ ,]", 2)[0])
                        .filter(verb -> !verb.isEmpty())
                        .toList());
    }

    @Test
    void crictlMeasuresChangesAndListens() throws IOException, InterruptedException, TimeoutException {
        assertTrue(crictl.text("imagefsinfo").contains("usedBytes"));
        assertTrue(crictl.text("runtime-config").contains("CGROUPFS"));
        var events = folder.resolve("events");
        var listening = crictl.start(events, "events", "-o", "json");
        try {
            crictl.text("pull", BUSYBOX);
            crictl.text("run", containerFile().toString(), podFile().toString());
            Waiting.until(
                    "an event is heard",
                    Duration.ofSeconds(15),
                    () -> Files.readString(events).contains("CONTAINER_STARTED_EVENT"));
        } finally {
            Ending.kill(listening);
        }
        var container = crictl.json("ps").at("/containers/0/id").asText();
        var pod = crictl.json("pods").at("/items/0/id").asText();
        crictl.text("update", "--cpu-share", "333", container);
        assertEquals(
                333,
                crictl.json("inspect", container)
                        .at("/status/resources/linux/cpuShares")
                        .asInt());
        crictl.text("update-runtime-config", "--pod-cidr", subject.marks().subnet());
        assertEquals(pod, crictl.json("statsp").at("/stats/0/attributes/id").asText());
        assertTrue(crictl.json("metricdescs").at("/descriptors").size() > 50);
        assertEquals(
                pod, crictl.json("metricsp").at("/podMetrics/0/podSandboxId").asText());
        var refused =
                crictl.run("checkpoint", "--export", folder.resolve("saved.tar").toString(), container);
        assertTrue(refused.errors().contains("does not save or restore processes"), refused.errors());
    }

    /** By {@code script}, which gives a program a terminal. */
    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void crictlHasATerminal(String transport) throws IOException, InterruptedException {
        crictl.text("pull", BUSYBOX);
        crictl.text("run", containerFile().toString(), podFile().toString());
        var container = crictl.json("ps").at("/containers/0/id").asText();
        var shell = String.join(" ", crictl.command("exec", "--transport", transport, "-it", container, "sh"));
        var process = new ProcessBuilder("script", "-qec", "stty rows 33 cols 99; " + shell, "/dev/null")
                .redirectErrorStream(true)
                .start();
        try (var keys = process.outputWriter()) {
            keys.write("echo $((40+2)) $(tty) $(stty size); exit 7\n");
        }
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(said.contains("42 /dev/pts/0 33 99"), said);
        assertTrue(said.contains("exit code 7"), said);
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
