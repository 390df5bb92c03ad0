package dev.berth.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopDirectoryTest {
    @Test
    void theMarkIsThereWhereTheFileSystemHasIt(@TempDir Path folder) throws IOException {
        requireMark(folder);
    }

    @Test
    void aFileSystemInMemoryHasNone() throws IOException {
        var folder = Files.createTempDirectory(Path.of("/dev/shm"), "berth-topdir");
        try {
            requireMark(folder);
        } finally {
            Files.delete(folder);
        }
    }

    private static void requireMark(Path folder) throws IOException {
        boolean known = Files.getFileStore(folder).type().equals("ext4");
        try (var directory = Directory.open(folder)) {
            assertEquals(known, TopDirectory.mark(directory));
        }
        assertEquals(known, attributes(folder).contains("T"));
    }

    /** The first column of what lsattr prints; empty where the file system has no attributes. */
    private static String attributes(Path folder) throws IOException {
        var listing = new ProcessBuilder("lsattr", "-d", folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var output = listing.getInputStream()) {
            var line = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            return line.substring(0, Math.max(0, line.indexOf(' ')));
        }
    }
}
