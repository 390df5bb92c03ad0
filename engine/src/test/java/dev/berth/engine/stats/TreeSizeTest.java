package dev.berth.engine.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeSizeTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path top;

    @Test
    void aFileOfTwoNamesCountsOnceAndALinkIsNotFollowed() throws IOException {
        var file = Files.write(top.resolve("file"), new byte[MIB]);
        Files.createLink(Files.createDirectory(top.resolve("below")).resolve("again"), file);
        Files.createSymbolicLink(top.resolve("out"), Path.of("/usr"));
        var size = TreeSize.of(top);
        assertEquals(4, size.inodes(), "two directories, a file, a link");
        assertTrue(size.bytes() >= MIB && size.bytes() < 2 * MIB, size.bytes() + " bytes");
    }

    @Test
    void aSparseFileTakesWhatItTakes() throws IOException {
        try (var file = new RandomAccessFile(top.resolve("sparse").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertTrue(TreeSize.of(top).bytes() < MIB);
    }

    @Test
    void aTreeDeeperThanThereAreDescriptorsIsNoFault() throws IOException {
        var path = new StringBuilder(top.toString());
        for (int level = 0; level < 600; level++) {
            path.append("/d");
        }
        Files.createDirectories(Path.of(path.toString()));
        assertEquals(514, TreeSize.of(top).inodes());
    }
}
