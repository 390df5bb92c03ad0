package dev.berth.engine.record;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreesTest {
    private static final int FILES = 2000;

    @Test
    void filesThatGoMeanwhileDoNotFailADeletion(@TempDir Path folder)
            throws IOException, InterruptedException, ExecutionException {
        var tree = Files.createDirectory(folder.resolve("tree"));
        for (int number = 0; number < FILES; number++) {
            Files.createFile(tree.resolve("file" + number));
        }
        Callable<Path> deletion = () -> {
            Trees.delete(tree);
            return tree;
        };
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var ended : threads.invokeAll(List.of(deletion, deletion))) {
                ended.get();
            }
        }
        assertFalse(Files.exists(tree));
    }

    @Test
    void aMissingTreeIsDeletedAlready(@TempDir Path folder) throws IOException {
        Trees.delete(folder.resolve("none"));
        assertFalse(Files.exists(folder.resolve("none")));
    }
}
