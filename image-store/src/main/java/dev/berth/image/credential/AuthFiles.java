package dev.berth.image.credential;

import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The files with this node's own credentials, in the order in which they are asked. They are read anew for each question.
 *
 * @param programs directories with credential helpers
 */
public record AuthFiles(List<Path> files, List<Path> programs, Duration helperPatience) {
    public static final AuthFiles NONE = new AuthFiles(List.of(), List.of(), Duration.ZERO);

    private static final Duration HELPER_PATIENCE = Duration.ofSeconds(30);

    /** Credentials, and the file or program they are from. */
    public record Found(Credentials credentials, String origin) {}

    public AuthFiles {
        files = List.copyOf(files);
        programs = List.copyOf(programs);
    }

    /** With helpers from the directories of a search path as PATH has it. */
    public static AuthFiles of(List<Path> files, String searchPath) {
        var programs = Arrays.stream(searchPath.split(":", -1))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .toList();
        return new AuthFiles(files, programs, HELPER_PATIENCE);
    }

    /** What the first file that knows the server has for it. A file that does not exist knows nothing. */
    public Optional<Found> find(ServerName server) throws IOException, InterruptedException {
        for (var file : files) {
            var found = find(server, file);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Found> find(ServerName server, Path file) throws IOException, InterruptedException {
        AuthFile read;
        try {
            read = AuthFile.read(file);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        var named = ask(read.helper(server), server, file);
        if (named.isPresent()) {
            return named;
        }
        var written = read.written(server);
        return written.isPresent()
                ? written.map(credentials -> new Found(credentials, file.toString()))
                : ask(read.store(), server, file);
    }

    private Optional<Found> ask(Optional<String> helper, ServerName server, Path file)
            throws IOException, InterruptedException {
        if (helper.isEmpty()) {
            return Optional.empty();
        }
        try {
            var host = new ServerName(server.host(), "");
            return CredentialProgram.find(helper.get(), programs)
                    .credentials(host, helperPatience)
                    .map(credentials -> new Found(credentials, "credential helper " + helper.get() + " of " + file));
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
    }
}
