package dev.berth.engine.runtime;

import dev.berth.engine.record.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program that carries a container out.
 *
 * @param directory what it and its calls keep, and none but Berth's
 * @param handler whose containers these are
 */
public record OciRuntime(Path program, Path directory, String handler) {
    private static final Logger LOG = LoggerFactory.getLogger(OciRuntime.class);

    /** A socket's path is short: as much of the container's id as tells it from others. */
    private static final int CALL_ID = 13;

    /** What every command begins with. */
    public List<String> words() {
        return List.of(program.toString(), "--root", root().toString());
    }

    /** Where the runtime keeps its containers' states. */
    private Path root() {
        return directory.resolve(handler);
    }

    /** What the names begin with of directories in which the shim keeps the files of one call for a container. */
    public Path call(String id) {
        return directory.resolve(id.substring(0, CALL_ID));
    }

    /** Makes the directory for states. */
    public void prepare() throws IOException {
        Trees.createPrivate(root());
    }

    /** Ends what is left of a container and forgets it. Nothing happens if the runtime does not know it. */
    public void delete(String id) throws IOException {
        if (!entries(root(), id).isEmpty()) {
            if (Files.isExecutable(program)) {
                var command = new ArrayList<>(words());
                command.addAll(List.of("delete", "--force", id));
                RuntimeCommand.run(command);
            } else {
                LOG.warn("container {}: its runtime {} is gone; what it kept is deleted", id, program);
            }
        }
        deleteAll(entries(root(), id));
        deleteAll(entries(directory, call(id).getFileName() + "."));
    }

    private static void deleteAll(List<Path> paths) throws IOException {
        for (Path path : paths) {
            Trees.delete(path);
        }
    }

    private static List<Path> entries(Path directory, String prefix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }
}
