package dev.berth.e2e.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code berth pull} against a running daemon, and without one. */
@ExtendWith(SharedRegistry.class)
final class PullCommandTest {
    private final Path folder;
    private final Registry registry;
    private final Daemon daemon;

    PullCommandTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        this.registry = registry;
        this.daemon = Daemon.start(folder, registry);
    }

    @AfterEach
    void close() throws IOException {
        daemon.close();
    }

    private Command pull(String... arguments) throws IOException, InterruptedException {
        var berth = Checkout.current().berthd().resolveSibling("berth").toString();
        var command = new ArrayList<>(
                List.of(berth, "pull", "--config", folder.resolve("config.toml").toString()));
        command.addAll(List.of(arguments));
        return Command.run(command, Map.of(), Duration.ofMinutes(1));
    }

    @Test
    void anImageIsPulledAndItsWayExplained() throws Exception {
        var output = pull("--explain", "busybox").orFail();
        assertTrue(output.startsWith("pulling docker.io/library/busybox:latest\nsha256:"), output);
        var file = folder.resolve("certs.d/docker.io/hosts.toml");
        var mirror = "http://" + registry.address() + "/v2";
        var order = List.of(
                "file " + file + ": read",
                "host " + mirror + " (" + file + ")",
                "credentials for " + registry.address() + ": none",
                "GET " + mirror + "/library/busybox/manifests/latest: status 200");
        var at = 0;
        for (var line : order) {
            var found = output.indexOf(line, at);
            assertTrue(found >= at, line + " in:\n" + output);
            at = found;
        }
        assertTrue(pull("--explain", "busybox").orFail().contains("HEAD " + mirror));
    }

    @Test
    void whatIsNotThereIsToldOnceAndExplained() throws Exception {
        var command = pull("--explain", "no/such:thing");
        assertEquals(1, command.status());
        assertTrue(command.errors().startsWith("berth: pull of docker.io/no/such:thing: "), command.errors());
        assertEquals(1, command.errors().lines().count());
        assertTrue(command.output().contains("status 404"), command.output());
    }

    @Test
    void aWrongNameAndAMissingOneAreRefused() throws Exception {
        assertTrue(pull("a//b").errors().contains("a//b"));
        assertEquals(64, pull().status());
    }

    @Test
    void withoutADaemonTheUserIsAskedForOne() throws Exception {
        daemon.kill();
        var command = pull("busybox");
        assertEquals(1, command.status());
        assertTrue(command.errors().contains("nobody listens on "), command.errors());
    }
}
