package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Attached clients, and what becomes of the output that one does not read. */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(60)
class AttachTest {
    private static final int BYTES = 16 << 20;

    private final Berths berths;

    AttachTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    /** Says so much as soon as it is spoken to. */
    private Shim speaker() throws IOException {
        var plan = Plans.container(
                berths.root,
                "read go; yes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx | head -c %d"
                        .formatted(BYTES));
        var plain = berths.launch("a", plan);
        return berths.start(new ContainerLaunch(
                plain.id(),
                plain.directory(),
                plain.plan(),
                List.of(),
                plain.log(),
                true,
                false,
                false,
                Optional.empty()));
    }

    private static final class Listener implements AutoCloseable {
        private final Attachment attachment;
        private long bytes;
        private int losses;
        private boolean over;

        Listener(Shim shim) throws IOException {
            this.attachment = shim.attach();
        }

        void speak() throws IOException {
            attachment.stdin("go\n".getBytes(StandardCharsets.UTF_8));
        }

        void hear() throws IOException {
            switch (attachment.next()) {
                case Output.Stdout(var content) -> bytes += content.remaining();
                case Output.Stderr(var content) ->
                    throw new IOException("said: " + StandardCharsets.UTF_8.decode(content));
                case Output.Lost() -> losses++;
                case Output.Exited(int code, int _) -> {
                    assertEquals(0, code);
                    over = true;
                }
            }
        }

        @Override
        public void close() throws IOException {
            attachment.close();
        }
    }

    @Test
    void whoReadsHearsEverythingHoweverSlowly() throws IOException {
        var shim = speaker();
        var listeners = new ArrayList<Listener>();
        for (int i = 0; i < 5; i++) {
            listeners.add(new Listener(shim));
        }
        listeners.getFirst().speak();
        while (!listeners.stream().allMatch(each -> each.over)) {
            for (var each : listeners) {
                if (!each.over) {
                    each.hear();
                }
            }
        }
        for (var each : listeners) {
            assertEquals(BYTES, each.bytes);
            assertEquals(0, each.losses);
            each.close();
        }
    }

    @Test
    void whoDoesNotReadMissesOutputAndNobodyElseDoes() throws IOException {
        var shim = speaker();
        try (var reader = new Listener(shim);
                var sleeper = new Listener(shim)) {
            reader.speak();
            while (reader.bytes < BYTES / 2) {
                reader.hear();
            }
            var follower = Thread.ofVirtual().start(() -> follow(sleeper));
            while (!reader.over) {
                reader.hear();
            }
            assertEquals(BYTES, reader.bytes);
            assertEquals(0, reader.losses);
            join(follower);
            assertTrue(sleeper.over);
            assertEquals(1, sleeper.losses);
            assertTrue(sleeper.bytes < BYTES);
        }
        assertTrue(shim.awaitExit().logComplete());
        assertTrue(Files.size(berths.logFile("a")) > BYTES);
    }

    private static void follow(Listener listener) {
        try {
            while (!listener.over) {
                listener.hear();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
