package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.CommandInput;
import dev.berth.engine.request.ContainerPath;
import java.util.List;
import java.util.stream.Stream;

/** What a container runs: Kubernetes' command and args over the image's entry point and command. */
final class CommandLine {
    /** How Docker's images write that they have no entry point, where they clear that of the image they are made from. */
    private static final List<String> CLEARED = List.of("");

    private CommandLine() {}

    /** An entry point that is given makes the image's command meaningless; args alone replace just that command. */
    static List<String> of(CommandInput input, ImageDefaults image) throws InvalidSpecException {
        List<String> entrypoint = image.entrypoint().equals(CLEARED) ? List.of() : image.entrypoint();
        List<String> line = input.command().isEmpty()
                ? joined(entrypoint, input.args().isEmpty() ? image.command() : input.args())
                : joined(input.command(), input.args());
        if (line.isEmpty() || line.getFirst().isEmpty()) {
            throw new InvalidSpecException("no command: neither the container nor its image names one");
        }
        for (String argument : line) {
            if (argument.indexOf('\0') >= 0) {
                throw new InvalidSpecException("an argument of the command holds a NUL byte");
            }
        }
        return line;
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    static String directory(CommandInput input, ImageDefaults image) throws InvalidSpecException {
        String wanted = input.workingDirectory().isEmpty() ? image.workingDirectory() : input.workingDirectory();
        return wanted.isEmpty() ? "/" : ContainerPath.checked("working directory", wanted);
    }
}
