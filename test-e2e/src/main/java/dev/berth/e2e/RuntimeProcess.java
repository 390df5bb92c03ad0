package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The process of a runtime, started again and again over the same folders, with one log for all of them. */
final class RuntimeProcess {
    private static final Duration START = Duration.ofSeconds(30);
    private static final int GRACE_SECONDS = 20;

    private final String name;
    private final Marks marks;
    private @Nullable Process process;

    RuntimeProcess(String name, Marks marks) {
        this.name = name;
        this.marks = marks;
    }

    Path socket() {
        return marks.folder().resolve(name + ".sock");
    }

    /** Starts it and waits until it answers; one that does not is ended. */
    void start(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException, TimeoutException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
        awaitAnswer(process);
    }

    private void awaitAnswer(Process started) throws IOException, InterruptedException, TimeoutException {
        try (var client = CriClient.to(socket())) {
            Waiting.until(name + " answers; its log:\n" + log(), START, () -> {
                if (!started.isAlive()) {
                    throw new IOException("%s ended with status %d:%n%s".formatted(name, started.exitValue(), log()));
                }
                return Files.exists(socket()) && client.answers();
            });
        } catch (IOException | InterruptedException | TimeoutException failed) {
            Ending.kill(started);
            throw failed;
        }
    }

    private Process running() {
        return Objects.requireNonNull(process, "started");
    }

    long pid() {
        return running().pid();
    }

    void kill() {
        Ending.kill(running());
    }

    /** The exit status of one that is asked to stop. */
    int stop() {
        Ending.terminate(running(), GRACE_SECONDS);
        return running().exitValue();
    }

    /** The exit status of one that ends by itself; empty if it still runs at the end of the time. */
    OptionalInt awaitEnd(Duration limit) throws InterruptedException {
        return running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(running().exitValue())
                : OptionalInt.empty();
    }

    private Path logFile() {
        return marks.folder().resolve(name + ".log");
    }

    String log() throws IOException {
        return Files.readString(logFile());
    }

    /** Ends it, and takes down the network and the cgroups that a runtime rightly leaves. */
    void close() throws IOException {
        Ending.terminate(running(), GRACE_SECONDS);
        HostNetwork.remove(marks);
        PodCgroups.remove(marks);
    }
}
