package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.shim.directory.ExitRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that are renamed and opened anew while their container writes, as a kubelet does it. */
@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(120)
class LogRotationTest {
    private static final int ROTATIONS = 40;
    private static final Duration BETWEEN = Duration.ofMillis(20);

    /** Numbered lines of 64 bytes, 4 KiB and 40 KiB, until a file appears; the last one is their number. */
    private static final String WRITER = """
            function line(i, size) { printf "%08d %s\\n", i, substr(pad, 1, size - 10) }
            function stop() { close("/tmp/stop"); return (getline < "/tmp/stop") >= 0 }
            BEGIN {
                for (pad = fill; length(pad) < 40960; pad = pad pad);
                for (i = 1; i % 64 || !stop(); i++) line(i, i % 16 == 0 ? 40960 : i % 4 == 0 ? 4096 : 64)
                printf "%d", i - 1
            }""";

    private static final int CONTENT = 60;
    private static final int RECORD = "2026-01-01T00:00:00.000000000Z stdout F ".length() + CONTENT + 1;

    private final Berths berths;
    private final Path disk;

    LogRotationTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        disk = Files.createDirectory(top.resolve("disk"));
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private static void mount(String... words) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(words).inheritIO().start().waitFor());
    }

    @Test
    void noLineIsLostMixedOrDoubled() throws IOException {
        Files.writeString(berths.root.resolve("tmp/writer"), WRITER);
        String script = "awk -v fill=e -f /tmp/writer >&2 & awk -v fill=o -f /tmp/writer; wait";
        Shim shim = berths.run("a", script);
        List<Path> files = new ArrayList<>();
        for (int turn = 0; turn < ROTATIONS; turn++) {
            // the pace of the rotations: nothing is waited for
            LockSupport.parkNanos(BETWEEN.toNanos());
            Path renamed = berths.logFile("a").resolveSibling("a.log." + turn);
            Files.move(berths.logFile("a"), renamed);
            shim.reopenLog();
            files.add(renamed);
        }
        Files.createFile(berths.root.resolve("tmp/stop"));
        ExitRecord exit = shim.awaitExit();
        assertTrue(exit.logComplete());
        files.add(berths.logFile("a"));
        Reader out = new Reader("stdout", "o");
        Reader err = new Reader("stderr", "e");
        for (Path file : files) {
            try (BufferedReader records = Files.newBufferedReader(file)) {
                records.lines().forEach(record -> (record.startsWith("stdout", 31) ? out : err).take(record));
            }
        }
        out.checkEnd();
        err.checkEnd();
    }

    /** Puts the lines of one stream together and checks each. */
    private static final class Reader {
        private final String stream;
        private final String pad;
        private final StringBuilder line = new StringBuilder();
        private int complete;
        private int announced = -1;

        Reader(String stream, String fill) {
            this.stream = stream;
            this.pad = fill.repeat(40960);
        }

        void take(String record) {
            assertEquals(stream, record.substring(31, 37));
            line.append(record, 40, record.length());
            if (record.charAt(38) == 'F') {
                check(line.toString());
                line.setLength(0);
            }
        }

        private void check(String text) {
            assertEquals(-1, announced, "nothing follows the last line");
            if (text.indexOf(' ') < 0) {
                announced = Integer.parseInt(text);
                return;
            }
            complete++;
            int size = complete % 16 == 0 ? 40960 : complete % 4 == 0 ? 4096 : 64;
            assertEquals("%08d %s".formatted(complete, pad.substring(0, size - 10)), text);
        }

        void checkEnd() {
            assertEquals(0, line.length());
            assertEquals(complete, announced);
            assertTrue(complete >= 64, () -> stream + ": " + complete);
        }
    }

    @Test
    void aFullLogDirectoryIsCountedAndSurvived() throws IOException, InterruptedException {
        mount("mount", "-t", "tmpfs", "-o", "size=128k,nr_inodes=2", "logs", disk.toString());
        try {
            fill();
        } finally {
            berths.close();
            mount("umount", disk.toString());
        }
    }

    private void fill() throws IOException, InterruptedException {
        String lines = "awk 'BEGIN { for (i = 1; i <= %d; i++) printf \"%%060d\\n\", i }'; ";
        Shim shim = start(lines.formatted(3000) + "head -n 1; " + lines.formatted(100));
        Path log = disk.resolve("a.log");
        Path old = disk.resolve("a.log.1");
        while (Files.size(log) < 128 * 1024) {
            Thread.onSpinWait();
        }
        Files.move(log, old);
        ErrnoException refused = assertThrows(ErrnoException.class, shim::reopenLog);
        assertEquals(Errno.ENOSPC, refused.errno());
        assertFalse(Files.exists(log));
        mount("mount", "-o", "remount,size=4m,nr_inodes=10", disk.toString());
        shim.reopenLog();
        goOn(shim);
        ExitRecord exit = shim.awaitExit();
        assertEquals(0, exit.code());
        assertFalse(exit.logComplete());
        assertTrue(exit.lostLogBytes() > 0);
        check(Files.readString(old), Files.readString(log), exit.lostLogBytes());
    }

    private Shim start(String script) throws IOException {
        ContainerLaunch plain = berths.launch("a", Plans.container(berths.root, script));
        return berths.start(new ContainerLaunch(
                plain.id(),
                plain.directory(),
                plain.plan(),
                List.of(),
                Optional.of(new Logging(disk.toString(), "a.log")),
                true,
                false,
                false,
                Optional.empty()));
    }

    private static void goOn(Shim shim) throws IOException {
        try (Attachment attachment = shim.attach()) {
            attachment.stdin("%060d\n".formatted(0).getBytes(StandardCharsets.UTF_8));
            Berths.heard(attachment::next);
        }
    }

    /** Every byte of the 3,101 records is in a file or was counted; a newline was added to each that was cut off. */
    private static void check(String old, String fresh, long lost) {
        long repaired = (old + fresh)
                .lines()
                .filter(line -> line.length() != RECORD - 1)
                .count();
        if (!old.endsWith("\n")) {
            repaired--;
        }
        assertEquals(3101L * RECORD, old.length() + fresh.length() + lost - repaired);
        List<String> numbers = (old + "\n" + fresh)
                .lines()
                .filter(line -> line.length() == RECORD - 1)
                .map(line -> line.substring(40))
                .toList();
        List<String> last = numbers.subList(numbers.size() - 101, numbers.size());
        for (int i = 0; i <= 100; i++) {
            assertEquals("%060d".formatted(i), last.get(i));
        }
        List<String> first = numbers.subList(0, numbers.size() - 101);
        assertEquals(first.stream().sorted().distinct().toList(), first);
    }
}
