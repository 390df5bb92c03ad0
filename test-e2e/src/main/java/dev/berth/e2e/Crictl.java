package dev.berth.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The real crictl, led to one runtime. */
public record Crictl(Path program, Path socket) {

    /** Empty where the program could not be built: there is no Go compiler, or too old a one. */
    public static Optional<Crictl> of(CriRuntime runtime) {
        var program = Checkout.current().tool("crictl");
        return Files.isExecutable(program) ? Optional.of(new Crictl(program, runtime.socket())) : Optional.empty();
    }

    public Command run(String... arguments) throws IOException, InterruptedException {
        return Command.run(command(arguments), Map.of("HOME", "/nonexistent"), Duration.ofMinutes(2));
    }

    /** A call that does not end by itself, with all that it says in a file. */
    public Process start(Path output, String... arguments) throws IOException {
        return new ProcessBuilder(command(arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** The words of a call. */
    public List<String> command(String... arguments) {
        var endpoint = "unix://" + socket;
        var command = new ArrayList<>(List.of(program.toString(), "--config", "/dev/null"));
        command.addAll(List.of("-r", endpoint, "-i", endpoint, "-t", "60s"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Standard output without the line's end, of a call that has to succeed. */
    public String text(String... arguments) throws IOException, InterruptedException {
        return run(arguments).orFail().strip();
    }

    public JsonNode json(String verb, String... arguments) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(verb, "-o", "json"));
        all.addAll(List.of(arguments));
        return new ObjectMapper().readTree(text(all.toArray(String[]::new)));
    }
}
