package dev.berth.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What Java's own failures say of themselves is a path alone. */
final class ReasonTest {
    @TempDir
    private Path folder;

    private static String reason(Executable failing) {
        return Reason.of(assertThrows(IOException.class, failing));
    }

    @Test
    void thePathComesWithWhatIsWrongAboutIt() throws IOException {
        var file = Files.createFile(folder.resolve("file"));
        assertEquals(
                folder.resolve("none") + ": No such file or directory",
                reason(() -> Files.size(folder.resolve("none"))));
        assertEquals(file + ": File exists", reason(() -> Files.createFile(file)));
        assertEquals(file + ": Not a directory", reason(() -> Files.newDirectoryStream(file)));
        assertEquals(folder + ": Directory not empty", reason(() -> Files.delete(folder)));
    }

    @Test
    void aMessageStaysAsItIs() {
        assertEquals("as it is", Reason.of(new IOException("as it is")));
    }
}
