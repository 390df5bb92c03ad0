package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of the {@code berth} command. */
@ExtendWith(SharedRegistry.class)
final class BerthCommandTest {
    private final Path config;

    @AutoClose("end")
    private final OnePod node;

    BerthCommandTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        config = folder.resolve("config.toml");
    }

    private static Command berth(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Checkout.current().berthd().resolveSibling("berth").toString());
        command.addAll(List.of(words));
        return Command.run(command, Map.of(), Duration.ofMinutes(1));
    }

    private Command asked(String... words) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(words));
        all.addAll(1, List.of("--config", config.toString()));
        return berth(all.toArray(String[]::new));
    }

    @Test
    void containersAndImagesAreListed() throws IOException, InterruptedException {
        var running = node.pod().start(OnePod.box("sleep", "1000").build());
        var created = node.pod().create(OnePod.box("true").build());
        var table = asked("ps").orFail().lines().toList();
        assertEquals(
                List.of("CONTAINER", "NAME", "STATE", "AGE", "POD", "NAMESPACE", "IMAGE"),
                List.of(table.getFirst().split(" +", -1)));
        var row = List.of(table.get(1).split(" +", -1));
        assertEquals(running.substring(0, 13), row.getFirst());
        assertEquals(List.of("box", "running"), row.subList(1, 3));
        assertEquals(List.of("pod", "e2e", OnePod.BUSYBOX), row.subList(4, 7));
        assertEquals(2, table.size());
        assertTrue(asked("ps", "--all").orFail().contains(created.substring(0, 13)));
        var json = new ObjectMapper().readTree(asked("ps", "-o", "json").orFail());
        assertEquals(running, json.at("/0/id").asText());
        assertEquals(node.pod().id(), json.at("/0/podId").asText());
        assertTrue(asked("images")
                .orFail()
                .lines()
                .anyMatch(line -> line.matches(OnePod.BUSYBOX + " +[0-9a-f]{13} +[0-9.]+ MB")));
    }

    /** Whatever a caller puts into a message, it stays in its line. */
    @Test
    void theLogCanBeJson() throws IOException, InterruptedException, TimeoutException {
        node.subject().runtime().kill();
        var dropIn = Files.createDirectories(config.resolveSibling("conf.d")).resolve("log.toml");
        Files.writeString(dropIn, "log_format = \"json\"\n");
        var log = config.resolveSibling("berthd.log");
        var before = Files.size(log);
        node.restart();
        assertThrows(StatusRuntimeException.class, () -> node.pull("two\nlines\" }"));
        var lines = Files.readString(log).substring((int) before).lines().toList();
        assertTrue(lines.size() >= 2, lines.toString());
        for (var line : lines) {
            var entry = new ObjectMapper().readTree(line);
            assertTrue(entry.has("time") && entry.has("level") && entry.has("msg"), line);
        }
        assertTrue(lines.getLast().contains("PullImage failed"), lines.getLast());
    }

    @Test
    void aCommandSaysWhatItIsAndWhatItTakes() throws IOException, InterruptedException {
        var version = berth("--version").orFail().strip();
        assertTrue(
                version.matches("berth \\S+, commit ([0-9a-f]{12}(-dirty)?|unknown), Java 25\\S* \\(.+\\), Linux \\S+"),
                version);
        var help = berth("--help").orFail();
        for (var verb : List.of("status", "ps", "images", "ops", "pull", "cleanup", "fsck", "image")) {
            assertTrue(help.lines().anyMatch(line -> line.matches(" +" + verb + " +\\S.*")), verb + " in " + help);
        }
        assertTrue(
                berth("pull").errors().contains("see berth pull --help"),
                berth("pull").errors());
        assertTrue(berth("image", "export").errors().contains("see berth image export --help"));
    }

    @Test
    void whereNoDaemonAnswersTheReasonIsTold() throws IOException, InterruptedException, TimeoutException {
        node.subject().runtime().kill();
        var socket = node.subject().runtime().socket();
        absent("nobody listens on " + socket);
        Files.delete(socket);
        absent("there is no socket " + socket + "; start berthd, or name");
        Files.createFile(socket);
        absent(socket + " is no socket");
        Files.delete(socket);
        node.restart();
    }

    private void absent(String said) throws IOException, InterruptedException {
        for (var verb : List.of("status", "ps", "images", "ops")) {
            var asked = asked(verb);
            assertEquals(1, asked.status());
            assertTrue(asked.errors().startsWith("berth: " + said), asked.errors());
            assertFalse(asked.errors().contains("Exception") || asked.errors().contains("UNAVAILABLE"), asked.errors());
        }
    }
}
