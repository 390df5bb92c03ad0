package dev.berth.engine.seccomp;

import dev.berth.shim.plan.Bytes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Compiled programs as files, so that a restarted daemon need not compile them again. A file is the program followed by
 * the SHA-256 of key and program; one that does not verify counts as absent. Nothing is lost if all are deleted.
 */
final class ProgramCache {
    /** A node sees a handful of profiles; beyond this the directory is emptied when the daemon starts. */
    private static final int MOST = 512;

    private static final int DIGEST = 32;
    private static final int INSTRUCTION = 8;
    private static final int LONGEST = 4096 * INSTRUCTION;

    private final Path directory;

    ProgramCache(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        sweep("*.tmp");
        if (count() > MOST) {
            sweep("*.bpf");
        }
    }

    Optional<Bytes> load(String key) throws IOException {
        try (var file = Files.newInputStream(file(key))) {
            byte[] content = file.readNBytes(LONGEST + DIGEST + 1);
            int length = content.length - DIGEST;
            if (length <= 0 || length > LONGEST || length % INSTRUCTION != 0) {
                return Optional.empty();
            }
            byte[] program = Arrays.copyOf(content, length);
            byte[] digest = Arrays.copyOfRange(content, length, content.length);
            return Arrays.equals(digest, Digests.sha256(key, program))
                    ? Optional.of(Bytes.of(program))
                    : Optional.empty();
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    void store(String key, byte[] program) throws IOException {
        byte[] content = Arrays.copyOf(program, program.length + DIGEST);
        System.arraycopy(Digests.sha256(key, program), 0, content, program.length, DIGEST);
        Path temporary = Files.createTempFile(directory, key, ".tmp");
        try {
            Files.write(temporary, content);
            Files.move(temporary, file(key), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private Path file(String key) {
        return directory.resolve(key + ".bpf");
    }

    private int count() throws IOException {
        try (var files = Files.list(directory)) {
            return Math.toIntExact(files.limit(MOST + 1L).count());
        }
    }

    private void sweep(String glob) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
