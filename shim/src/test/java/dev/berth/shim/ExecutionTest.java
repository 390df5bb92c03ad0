package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
import dev.berth.linux.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"berth-shim", "berth-shim-asan"})
@Timeout(30)
class ExecutionTest {
    private final Berths berths;
    private final Shim shim;

    ExecutionTest(String program, @TempDir Path top) throws IOException, InterruptedException {
        berths = new Berths(program, top);
        shim = berths.run("a", "exec sleep 1000");
    }

    @AfterEach
    void clean() throws IOException {
        berths.close();
    }

    private Berths.Transcript sh(String script) throws IOException {
        return Berths.transcript(shim.exec(Plans.exec("/bin/sh", "-c", script)));
    }

    @Test
    void aCommandSpeaksAndEnds() throws IOException {
        assertEquals(new Berths.Transcript("out\n", "err\n", 7, 0), sh("echo out; echo err >&2; exit 7"));
    }

    @Test
    void aCommandIsInTheContainersNamespaces() throws IOException {
        Berths.Transcript ps = sh("ps; ls -d /bin /work /home");
        assertTrue(ps.out().contains("sleep 1000"), ps::toString);
        assertEquals(3, ps.out().lines().filter(line -> !line.startsWith("/")).count(), ps::toString);
    }

    @Test
    void aCommandGetsNoDescriptorsButItsStreams() throws IOException {
        assertEquals("0\n1\n2\n", sh("ls /proc/$$/fd").out());
    }

    @Test
    void bulkyOutputComesWhole() throws IOException {
        Berths.Transcript seq = sh("seq 1 200000");
        assertEquals(200_000, seq.out().lines().count());
        assertTrue(seq.out().endsWith("199999\n200000\n"));
    }

    @Test
    void aMissingCommandIsNamed() {
        LaunchException failure = assertThrows(LaunchException.class, () -> shim.exec(Plans.exec("/bin/nonesuch")));
        assertEquals("exec", failure.stepName());
        assertEquals("/bin/nonesuch", failure.subject());
        assertEquals(Errno.ENOENT, failure.errno());
    }

    @Test
    void aCommandWithoutASlashIsSearched() throws IOException {
        Execution execution = shim.exec(Plans.exec("echo", "found"));
        assertEquals("found\n", Berths.transcript(execution).out());
    }

    @Test
    void aBackgroundChildThatHoldsTheOutputDoesNotHoldTheCaller() throws IOException {
        assertEquals(new Berths.Transcript("done\n", "", 0, 0), sh("sleep 1000 & echo done"));
    }

    @Test
    void whatComesWhileDrainingIsHeard() throws IOException {
        ExecOptions options = new ExecOptions(false, false, Duration.ofSeconds(20));
        Execution execution = shim.exec(Plans.exec("/bin/sh", "-c", "(sleep 0.2; echo late) & echo early"), options);
        assertEquals("early\nlate\n", Berths.transcript(execution).out());
    }

    @Test
    void standardInputIsRead() throws IOException {
        ExecOptions options = new ExecOptions(true, false, Duration.ZERO);
        Execution execution = shim.exec(Plans.exec("/bin/cat"), options);
        execution.stdin("typed\n".getBytes(StandardCharsets.UTF_8));
        execution.closeStdin();
        assertEquals(new Berths.Transcript("typed\n", "", 0, 0), Berths.transcript(execution));
    }

    @Test
    void aCommandCanHaveATerminal() throws IOException {
        ExecOptions options = new ExecOptions(true, true, Duration.ZERO);
        Execution execution = shim.exec(Plans.exec("/bin/tty"), options);
        assertEquals("/dev/pts/0\r\n", Berths.transcript(execution).out());
    }

    @Test
    void aSignalledCommandIsReapedBeforeItsEndIsTold() throws IOException {
        try (Execution execution = shim.exec(Plans.exec("/bin/sleep", "1000"))) {
            ProcessIdentity process = execution.process();
            assertTrue(process.exists());
            execution.signal(9);
            assertEquals(new Output.Exited(137, 9), execution.next());
            assertTrue(!process.exists());
        }
    }

    @Test
    void aClosedConnectionEndsTheCommand() throws IOException {
        Execution execution = shim.exec(Plans.exec("/bin/sh", "-c", "sleep 1000; true"));
        Watch command = Watch.of(execution.process());
        execution.close();
        command.awaitEnd();
        assertEquals("ok\n", sh("echo ok").out());
    }

    @Test
    void aClientThatDoesNotReadHoldsNobodyUp() throws IOException {
        try (Execution _ = shim.exec(Plans.exec("/bin/yes"))) {
            assertEquals("ok\n", sh("echo ok").out());
        }
    }

    @Test
    void theEndOfTheContainerEndsItsCommands() throws IOException {
        try (Execution execution = shim.exec(Plans.exec("/bin/sleep", "1000"))) {
            shim.signal(9);
            assertEquals(new Output.Exited(137, 9), execution.next());
            assertEquals(137, shim.awaitExit().code());
        }
    }
}
