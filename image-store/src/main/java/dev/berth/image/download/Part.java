package dev.berth.image.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What has arrived of a blob: a folder with one file for each piece of it. A piece is only ever appended to, so its length says how much
 * of it is there, whenever and however its writer ended. What it holds is the blob's digest to judge.
 */
public record Part(Path folder, long size) {
    /** Bytes of a piece, the last one apart. Another length here must go with another name of the folder. */
    static final int PIECE = 8 << 20;

    int pieces() {
        return Math.toIntExact((size + PIECE - 1) / PIECE);
    }

    long begin(int piece) {
        return (long) piece * PIECE;
    }

    int length(int piece) {
        return (int) Math.min(PIECE, size - begin(piece));
    }

    /** Bytes of the piece that are there; one that is longer than it can be is thrown away. */
    int arrived(int piece) throws IOException {
        try {
            var length = Files.size(file(piece));
            if (length <= length(piece)) {
                return (int) length;
            }
            Files.delete(file(piece));
            return 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    FileChannel reader(int piece) throws IOException {
        return FileChannel.open(file(piece), StandardOpenOption.READ);
    }

    FileChannel writer(int piece) throws IOException {
        Files.createDirectories(folder);
        return FileChannel.open(file(piece), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path file(int piece) {
        return folder.resolve(Integer.toString(piece));
    }

    /** Deletes all that is there. */
    public void discard() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        for (var file : files()) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    /** Bytes that are there in all. */
    public long stored() throws IOException {
        var total = 0L;
        for (var file : files()) {
            total += Files.size(file);
        }
        return total;
    }

    private List<Path> files() throws IOException {
        try (var found = Files.list(folder)) {
            return found.toList();
        }
    }
}
