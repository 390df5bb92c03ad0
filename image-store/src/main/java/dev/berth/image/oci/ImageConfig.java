package dev.berth.image.oci;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an image says about how to run it (OCI image specification, "config"); empty where it says nothing. Its labels stay in the document:
 * nothing here goes by them, and some are long.
 */
public record ImageConfig(
        String user,
        Set<String> exposedPorts,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        Set<String> volumes,
        String stopSignal,
        Platform platform,
        String created) {
    private static final int STRING_HEAD = 64;

    public ImageConfig {
        exposedPorts = Set.copyOf(exposedPorts);
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        volumes = Set.copyOf(volumes);
    }

    /** About how many bytes all this takes in memory, where it is as long as the image exists. */
    long weight() {
        var lists = Stream.of(exposedPorts, env, entrypoint, cmd, volumes);
        var single = Stream.of(user, workingDir, stopSignal, created);
        return Stream.concat(lists.flatMap(Collection::stream), single)
                .mapToLong(text -> STRING_HEAD + text.length())
                .sum();
    }
}
