package dev.berth.engine.spec;

import java.util.List;

/** What an image's configuration says about the process to run; empty text where it says nothing. */
public record ImageDefaults(
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        String workingDirectory,
        String user,
        List<String> volumes,
        String stopSignal) {
    public ImageDefaults {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = List.copyOf(environment);
        volumes = List.copyOf(volumes);
    }
}
