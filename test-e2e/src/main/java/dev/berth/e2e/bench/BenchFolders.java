package dev.berth.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Folders for runtimes: on disk, but for the state directories, which are in memory as they are on a node. */
record BenchFolders(Path disk, Path memory) implements AutoCloseable {
    BenchFolders() throws IOException {
        this(Files.createTempDirectory("berth-bench"), Files.createTempDirectory(Path.of("/dev/shm"), "berth-bench"));
    }

    Path of(String name) throws IOException {
        var folder = Files.createDirectories(disk.resolve(name));
        Files.createSymbolicLink(folder.resolve("state"), Files.createDirectories(memory.resolve(name)));
        return folder;
    }

    @Override
    public void close() throws IOException {
        delete(disk);
        delete(memory);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
