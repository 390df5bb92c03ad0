package dev.berth.engine.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One command of a runtime that the daemon itself runs. */
final class RuntimeCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 256 << 10;

    private RuntimeCommand() {}

    /** What it says; an IOException with that if it fails. */
    static String run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            var said = new CompletableFuture<String>();
            Thread.ofVirtual().name("runtime command").start(() -> listen(process.getInputStream(), said));
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("%s: no end within %d s".formatted(command, PATIENCE.toSeconds()));
            }
            var text = said.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (process.exitValue() != 0) {
                throw new IOException("%s: %s".formatted(String.join(" ", command), text.replaceAll("\\s+", " ")));
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(String.join(" ", command));
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(String.join(" ", command) + ": its output could not be read", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** To the end, so that the program never waits for a reader; the beginning is kept. */
    private static void listen(InputStream output, CompletableFuture<String> said) {
        try (output) {
            var beginning = output.readNBytes(LARGEST);
            output.transferTo(OutputStream.nullOutputStream());
            said.complete(new String(beginning, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            said.completeExceptionally(e);
        }
    }
}
