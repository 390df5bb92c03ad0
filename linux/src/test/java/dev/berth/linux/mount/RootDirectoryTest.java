package dev.berth.linux.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class RootDirectoryTest {
    private static final int LIMIT = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void anUpperLayerHidesALowerOne() throws IOException {
        Path lower = layer("lower", "same", "lower");
        Files.writeString(lower.resolve("own"), "kept");
        Path middle = layer("middle", "same", "middle");
        Path upper = layer("upper", "same", "upper");
        long mounts = MountTable.read().entries().size();
        try (RootDirectory root = RootDirectory.overlay(List.of(lower, middle, upper))) {
            assertEquals("upper", text(root, "/same"));
            assertEquals("kept", text(root, "/own"));
            assertEquals(mounts, MountTable.read().entries().size());
        }
    }

    @Test
    void aSingleLayerIsReadAsItIs() throws IOException {
        try (RootDirectory root = RootDirectory.overlay(List.of(layer("only", "file", "content")))) {
            assertEquals("content", text(root, "file"));
        }
    }

    @Test
    void aDirectoryCanStandWhereOneIsOrNothing() throws IOException {
        Path layer = layer("layer", "file", "");
        Files.createDirectory(layer.resolve("directory"));
        Files.createSymbolicLink(layer.resolve("link"), Path.of("directory"));
        Files.createSymbolicLink(layer.resolve("dangling"), Path.of("missing"));
        try (RootDirectory root = RootDirectory.at(layer)) {
            assertTrue(root.takesDirectory("/directory"));
            assertTrue(root.takesDirectory("/missing"));
            for (String other : List.of("/file", "/link", "/dangling", "/link/below", "/file/below")) {
                assertFalse(root.takesDirectory(other), other);
            }
        }
    }

    @Test
    void linksStayInsideTheRoot() throws IOException {
        Path root = layer("root", "passwd", "inside");
        Files.writeString(directory.resolve("passwd"), "outside");
        Files.createSymbolicLink(root.resolve("absolute"), Path.of("/passwd"));
        Files.createSymbolicLink(root.resolve("relative"), Path.of("../../../../passwd"));
        try (RootDirectory opened = RootDirectory.at(root)) {
            assertEquals("inside", text(opened, "/absolute"));
            assertEquals("inside", text(opened, "/relative"));
            assertEquals("inside", text(opened, "/../passwd"));
        }
    }

    @Test
    void aPathIsResolvedInsideThoughItsEndIsMissing() throws IOException {
        Path root = layer("root", "file", "");
        Files.createDirectories(root.resolve("real/below"));
        Files.createSymbolicLink(root.resolve("absolute"), Path.of("/real/below"));
        Files.createSymbolicLink(root.resolve("out"), Path.of("../../../absolute/../missing"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        try (RootDirectory opened = RootDirectory.at(root)) {
            assertEquals("/real/below/x/y", opened.resolved("/absolute/x/y"));
            assertEquals("/real/missing/z", opened.resolved("//out/./z"));
            assertEquals("/file/below", opened.resolved("/file/below"));
            assertEquals("/", opened.resolved("/.."));
            assertThrows(IOException.class, () -> opened.resolved("/loop"));
        }
    }

    @Test
    void aMissingFileIsNoFailure() throws IOException {
        try (RootDirectory root = RootDirectory.at(layer("root", "file", ""))) {
            assertTrue(root.read("/etc/passwd", LIMIT).isEmpty());
            assertTrue(root.read("/file/below", LIMIT).isEmpty());
        }
    }

    @Test
    void whatIsNoRegularFileIsRefusedWithoutOpeningIt() throws IOException, InterruptedException {
        Path root = layer("root", "file", "");
        Files.createDirectory(root.resolve("directory"));
        run("mkfifo", root.resolve("fifo").toString());
        run("mknod", root.resolve("device").toString(), "c", "1", "5");
        try (RootDirectory opened = RootDirectory.at(root)) {
            for (String name : List.of("/directory", "/fifo", "/device")) {
                IOException failure = assertThrows(IOException.class, () -> opened.read(name, LIMIT));
                assertTrue(failure.toString().endsWith("not a regular file"));
            }
        }
    }

    @Test
    void aFileIsReadUpToItsLimitAndNoFurther() throws IOException {
        Path root = layer("root", "exact", "1234");
        try (RandomAccessFile huge = new RandomAccessFile(root.resolve("huge").toFile(), "rw")) {
            huge.setLength(1L << 40);
        }
        try (RootDirectory opened = RootDirectory.at(root)) {
            assertArrayEquals("1234".getBytes(UTF_8), opened.read("/exact", 4).orElseThrow());
            assertThrows(IOException.class, () -> opened.read("/exact", 3));
            assertThrows(IOException.class, () -> opened.read("/huge", LIMIT));
        }
    }

    @Test
    void magicLinksAreNotFollowed() throws IOException {
        try (RootDirectory host = RootDirectory.at(Path.of("/"))) {
            assertThrows(IOException.class, () -> host.read("/proc/self/root/etc/passwd", LIMIT));
        }
    }

    @Test
    void aMissingLayerIsNamed() {
        Path missing = directory.resolve("missing");
        IOException failure = assertThrows(IOException.class, () -> RootDirectory.overlay(List.of(missing, directory)));
        assertTrue(failure.toString().contains(missing.toString()));
    }

    private Path layer(String name, String file, String content) throws IOException {
        Path layer = Files.createDirectory(directory.resolve(name));
        Files.writeString(layer.resolve(file), content);
        return layer;
    }

    private static String text(RootDirectory root, String path) throws IOException {
        return new String(root.read(path, LIMIT).orElseThrow(), UTF_8);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }
}
