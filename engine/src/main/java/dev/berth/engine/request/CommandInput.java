package dev.berth.engine.request;

import dev.berth.shim.plan.Bytes;
import java.util.List;

/** The command line asked for: {@code command} replaces the image's entry point, {@code args} its command. */
public record CommandInput(
        List<String> command,
        List<String> args,
        String workingDirectory,
        List<Variable> environment,
        boolean terminal,
        boolean stdin) {
    public CommandInput {
        command = List.copyOf(command);
        args = List.copyOf(args);
        environment = List.copyOf(environment);
    }

    /** An environment variable; values are bytes in CRI. */
    public record Variable(String name, Bytes value) {}
}
