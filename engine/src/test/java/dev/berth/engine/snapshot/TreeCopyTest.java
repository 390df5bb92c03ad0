package dev.berth.engine.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeCopyTest {
    private static final long HUGE = 1L << 30;

    @TempDir
    Path folder;

    private Path source;
    private Path copy;

    @BeforeEach
    void make() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        copy = Files.createDirectory(folder.resolve("copy"));
    }

    private void copy() throws IOException {
        try (Directory from = Directory.open(source);
                Directory to = Directory.open(copy)) {
            new TreeCopy(to).of(from, from.status(".").orElseThrow());
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private static String listing(Path top) throws IOException, InterruptedException {
        return run("sh", "-c", "cd " + top + " && find . -printf '%p %y %m %U %G %s %T@ %l\\n' | sort");
    }

    @Test
    void everythingIsAsItWas() throws IOException, InterruptedException {
        run("sh", "-c", """
                cd %s && umask 0
                mkdir -p a/b 'odd \\name' && echo content > a/b/file && ln a/b/file a/again && ln -s ../../outside a/link
                mkfifo -m 640 fifo && cp /bin/true setuid && chown 7:8 setuid && chmod 4755 setuid && touch $(printf '\\377')
                chmod 1777 a && chown 33:34 a/b && chown -h 5:6 a/link && touch -h -d @1000000000.5 a/b/file a/link a a/b fifo .
                """.formatted(source));
        copy();
        assertEquals(listing(source), listing(copy));
        assertTrue(Files.isSameFile(copy.resolve("a/b/file"), copy.resolve("a/again")));
        assertEquals("content\n", Files.readString(copy.resolve("a/again")));
        assertEquals(-1, Files.mismatch(source.resolve("setuid"), copy.resolve("setuid")));
    }

    @Test
    void attributesThatBelongToAFileComeAlong() throws IOException, InterruptedException {
        Path file = Files.createFile(source.resolve("file"));
        run(
                "python3",
                "-c",
                "import os; os.setxattr('%s', 'user.note', b'kept'); os.setxattr('%s', 'trusted.note', b'left')"
                        .formatted(file, file));
        copy();
        assertEquals(
                "['user.note']\n",
                run("python3", "-c", "import os; print(os.listxattr('%s'))".formatted(copy.resolve("file"))));
    }

    @Test
    void devicesAreLeftOut() throws IOException, InterruptedException {
        run("mknod", source.resolve("disk").toString(), "b", "7", "0");
        run("mknod", source.resolve("null").toString(), "c", "1", "3");
        Files.createFile(source.resolve("file"));
        copy();
        assertEquals(List.of("file"), List.of(copy.toFile().list()));
    }

    @Test
    void holesStayHoles() throws IOException, InterruptedException {
        try (RandomAccessFile file =
                new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
            file.setLength(HUGE);
            file.seek(HUGE / 2);
            file.writeBytes("middle");
        }
        copy();
        assertEquals(HUGE, Files.size(copy.resolve("sparse")));
        long kibibytes = Long.parseLong(
                run("du", "-k", copy.resolve("sparse").toString()).split("\t", 2)[0]);
        assertTrue(kibibytes < 4096, () -> kibibytes + " KiB");
        try (RandomAccessFile file = new RandomAccessFile(copy.resolve("sparse").toFile(), "r")) {
            file.seek(HUGE / 2);
            byte[] read = new byte["middle".length()];
            file.readFully(read);
            assertEquals("middle", new String(read, ISO_8859_1));
        }
    }

    @Test
    void anEndlessDepthIsRefused() throws IOException, InterruptedException {
        run("python3", "-c", """
                import os
                os.chdir('%s')
                for _ in range(300):
                    os.mkdir('d')
                    os.chdir('d')
                """.formatted(source));
        IOException refused = assertThrows(IOException.class, this::copy);
        assertTrue(refused.toString().contains("256"), refused::toString);
        assertFalse(refused.toString().contains("null"));
    }
}
