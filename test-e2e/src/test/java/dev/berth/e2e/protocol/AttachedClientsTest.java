package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.e2e.Checkout;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One attached client reads and another one does not. */
@ExtendWith(SharedRegistry.class)
final class AttachedClientsTest {
    private static final int BYTES = 100_000_000;
    private static final long MINUTES = 2;

    private final Path folder;

    @AutoClose("end")
    private final OnePod node;

    AttachedClientsTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        node = OnePod.run(folder, registry);
    }

    private ProcessBuilder attach(String transport, String id) {
        var crictl = Checkout.current().tool("crictl").toString();
        var socket = "unix://" + node.subject().runtime().socket();
        return new ProcessBuilder(
                        crictl, "--config", "/dev/null", "-r", socket, "attach", "-i", "--transport", transport, id)
                .redirectError(folder.resolve("errors").toFile());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void whoReadsHearsEveryByteAndWhoDoesNotHoldsNobodyUp(String transport) throws IOException, InterruptedException {
        var script = "read first; echo $first; read go; head -c %d /dev/zero".formatted(BYTES);
        var id = node.pod()
                .start(OnePod.box("sh", "-c", script)
                        .setStdin(true)
                        .setLogPath("box.log")
                        .build());
        var heard = folder.resolve("heard");
        var sleeper = attach(transport, id)
                .redirectInput(file("first", "hello\n").toFile())
                .start();
        try {
            var hello = sleeper.getInputStream().readNBytes("hello\n".length());
            assertEquals("hello\n", new String(hello, StandardCharsets.UTF_8));
            var reader = attach(transport, id)
                    .redirectInput(file("go", "go\n").toFile())
                    .redirectOutput(heard.toFile())
                    .start();
            assertTrue(reader.waitFor(MINUTES, TimeUnit.MINUTES), "the reader waits for the other one");
            assertEquals(BYTES, Files.size(heard));
        } finally {
            sleeper.destroyForcibly().waitFor();
        }
        assertTrue(Files.size(Path.of(node.pod().status(id).getLogPath())) > BYTES);
    }
}
