package dev.berth.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program run to its end, with what it wrote. */
public record Command(List<String> arguments, int status, String output, String errors) {

    public static Command run(List<String> arguments, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        var out = Files.createTempFile("berth-out", "");
        var err = Files.createTempFile("berth-err", "");
        try {
            var status = status(arguments, environment, limit, out, err);
            return new Command(List.copyOf(arguments), status, text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    public static Command run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(arguments), Map.of(), Duration.ofMinutes(2));
    }

    /** The output, or an error that shows all of what happened. */
    public String orFail() throws IOException {
        if (status != 0) {
            throw new IOException("%s: exit status %d%n%s%s".formatted(arguments, status, output, errors));
        }
        return output;
    }

    private static int status(
            List<String> arguments, Map<String, String> environment, Duration limit, Path out, Path err)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException("%s: no end within %s%n%s%s".formatted(arguments, limit, text(out), text(err)));
        }
        return process.exitValue();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
