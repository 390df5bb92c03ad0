package dev.berth.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees of whatever shape a container gave them. */
final class TreeRemovalTest {
    private static final int MANY = 2_000;
    /** Names of 255 bytes that one read of 32 KiB holds. */
    private static final int ONE_READ = (32 << 10) / 255;

    private final Path folder;
    private Path tree;

    TreeRemovalTest(@TempDir Path folder) {
        this.folder = folder;
        this.tree = folder;
    }

    @BeforeEach
    void makeTree() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
    }

    private void fill(int count) throws IOException {
        for (var each = 0; each < count; each++) {
            Files.createFile(tree.resolve("%0255d".formatted(each)));
        }
    }

    @Test
    void aWideDirectoryIsReadAndCountedPartByPart() throws IOException {
        fill(MANY);
        try (var directory = Directory.open(tree)) {
            var seen = 0;
            for (var batch = directory.batch(); !batch.isEmpty(); batch = directory.batch()) {
                assertTrue(batch.size() <= ONE_READ, () -> "names in memory at once: more than " + ONE_READ);
                seen += batch.size();
            }
            assertEquals(MANY, seen);
        }
        try (var directory = Directory.open(tree)) {
            assertEquals(MANY, directory.count());
        }
    }

    @Test
    void aWideDirectoryIsRemovedWhole() throws IOException {
        fill(MANY);
        var files = new AtomicLong();
        remove(files::incrementAndGet);
        assertEquals(MANY, files.get());
    }

    @Test
    void aTreeOfManyDeepBranchesIsRemovedWithFewOfThemAtTheTop() throws IOException {
        var deep = tree;
        for (var level = 0; level < 40; level++) {
            deep = Files.createDirectory(deep.resolve("d"));
        }
        for (var branch = 0; branch < 20; branch++) {
            Files.createDirectories(deep.resolveSibling("branch" + branch).resolve("x/".repeat(70)));
            Files.createFile(deep.resolveSibling("branch" + branch).resolve("file"));
        }
        remove(() -> assertTrue(folder.toFile().list().length <= 6));
    }

    private void remove(Runnable pace) throws ErrnoException {
        try (var top = Directory.open(folder)) {
            new TreeRemoval(top, pace).remove("tree");
            assertEquals(0, top.count());
        }
    }
}
