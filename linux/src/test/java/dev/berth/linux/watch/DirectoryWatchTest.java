package dev.berth.linux.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryWatchTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration NONE = Duration.ofMillis(50);

    @TempDir
    private Path root;

    private Path directory;
    private DirectoryWatch watch;

    @BeforeEach
    void open() throws ErrnoException {
        directory = root.resolve("cni").resolve("net.d");
        watch = DirectoryWatch.open(List.of(directory));
        assertTrue(watch.await(NONE), "the first call returns at once");
        assertFalse(watch.await(NONE));
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private void seen(String what) throws ErrnoException {
        assertTrue(watch.await(LONG), what);
        settle();
    }

    /** A change may be told by several events, and a directory is new once more when it is found. */
    private void settle() throws ErrnoException {
        for (int round = 0; round < 10 && watch.await(NONE); round++) {
            // the rest of the same change
        }
    }

    @Test
    void filesThatComeChangeAndGoAreSeen() throws IOException {
        Files.createDirectories(directory);
        seen("the directory is made, with its parent");
        Path file = Files.writeString(directory.resolve("10.conf"), "one");
        seen("a file is made");
        Files.writeString(file, "two");
        seen("it is written");
        Files.move(file, directory.resolve("20.conf"), StandardCopyOption.ATOMIC_MOVE);
        seen("it is renamed");
        Files.delete(directory.resolve("20.conf"));
        seen("it is deleted");
        assertFalse(watch.await(NONE));
    }

    @Test
    void aDirectoryThatIsMadeAgainIsFollowed() throws IOException {
        Files.createDirectories(directory);
        seen("the directory is made");
        Files.delete(directory);
        Files.delete(directory.getParent());
        seen("the directory and its parent are deleted");
        Files.createDirectories(directory);
        seen("they are made again");
        Files.writeString(directory.resolve("10.conf"), "one");
        seen("a file is made in the new one");
    }

    @Test
    void aDirectoryThatIsReplacedByRenamingIsFollowed() throws IOException {
        Files.createDirectories(directory);
        settle();
        Path other = Files.createDirectories(root.resolve("other").resolve("net.d"));
        Files.move(directory.getParent(), root.resolve("old"));
        Files.move(other.getParent(), directory.getParent());
        seen("the parent is another");
        Files.writeString(directory.resolve("10.conf"), "one");
        seen("a file is made in the new one");
    }

    @Test
    void neighboursOfTheDirectoryAreNoChange() throws IOException {
        Files.createDirectories(directory);
        settle();
        Files.writeString(directory.resolveSibling("other"), "text");
        Files.writeString(root.resolve("another"), "text");
        assertFalse(watch.await(NONE));
    }

    @Test
    void theWaitIsEndedFromOutside() throws Exception {
        var ended = Thread.ofPlatform().start(() -> watch.end());
        assertFalse(watch.await(Duration.ofDays(1)));
        ended.join();
    }
}
