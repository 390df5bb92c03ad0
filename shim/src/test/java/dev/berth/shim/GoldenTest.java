package dev.berth.shim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.shim.directory.ExitFile;
import dev.berth.shim.directory.PidFile;
import dev.berth.shim.frame.FrameChannel;
import dev.berth.shim.frame.FrameType;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Samples;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of the wire format against the files that neither may deviate from. */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/golden");

    private static final Duration LIMIT = Duration.ofSeconds(45);

    private static final LaunchPlan EVERYTHING =
            new LaunchPlan(0x20000000L, Optional.of("/sys/fs/cgroup/unified/a"), Samples.STEPS);

    private static final LaunchPlan COMMAND = new LaunchPlan(
            0,
            Optional.empty(),
            List.of(
                    new Step.EnterNamespaces(Step.EnterNamespaces.CONTAINER_INIT, 0x7e020000L),
                    Plans.command("/bin/true")));

    private static byte[] container() throws IOException {
        return LaunchEncoder.container(
                new ContainerLaunch(
                        "c0ffee",
                        Path.of("/run/berth/containers/c0ffee"),
                        EVERYTHING,
                        List.of(),
                        Optional.of(new Logging("/var/log/pods/p", "c/0.log")),
                        true,
                        false,
                        true,
                        Optional.of("/sys/fs/cgroup/memory/a/memory.oom_control")),
                LIMIT,
                2);
    }

    private static byte[] sandbox() throws IOException {
        return LaunchEncoder.sandbox(
                new SandboxLaunch(
                        "5a4db0",
                        Path.of("/run/berth/sandboxes/5a4db0"),
                        new LaunchPlan(
                                0, Optional.empty(), List.of(new Step.Unshare(0x4c020000L), new Step.Hostname("pod"))),
                        List.of()),
                LIMIT);
    }

    private static byte[] exec() throws IOException {
        return LaunchEncoder.exec(COMMAND, new ExecOptions(true, false, Duration.ofMillis(250)));
    }

    private static byte[] call() throws IOException {
        return LaunchEncoder.exec(
                new LaunchPlan(0, Optional.empty(), List.of(Samples.CALL)),
                new ExecOptions(false, true, Duration.ofMillis(250)));
    }

    @Test
    void aCallOfARuntimeIsEncodedAsEver() throws IOException, InterruptedException {
        agree("call", "exec", call());
    }

    @Test
    void aContainersLaunchIsEncodedAsEver() throws IOException, InterruptedException {
        agree("container", "launch", container());
    }

    @Test
    void aSandboxsLaunchIsEncodedAsEver() throws IOException, InterruptedException {
        agree("sandbox", "launch", sandbox());
    }

    @Test
    void aCommandIsEncodedAsEver() throws IOException, InterruptedException {
        agree("exec", "exec", exec());
    }

    private static void agree(String name, String kind, byte[] encoded) throws IOException, InterruptedException {
        assertArrayEquals(Files.readAllBytes(GOLDEN.resolve(name + ".bin")), encoded);
        Decoded decoded = decode(kind, GOLDEN.resolve(name + ".bin"));
        assertEquals(0, decoded.status());
        assertEquals(Files.readString(GOLDEN.resolve(name + ".txt")), decoded.text());
    }

    @Test
    void whatIsCutShortOrFollowedByMoreIsRefused(@TempDir Path directory) throws IOException, InterruptedException {
        byte[] whole = exec();
        for (int size = 0; size <= whole.length + 1; size++) {
            Path file = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, size));
            assertEquals(size == whole.length ? 0 : 1, decode("exec", file).status(), "size " + size);
        }
    }

    @Test
    void mutationsDoNoHarmToTheDecoder() throws IOException, InterruptedException {
        Process fuzz = new ProcessBuilder(
                        "target/shim-fuzz",
                        "2",
                        Long.toString(System.nanoTime()),
                        GOLDEN.resolve("container.bin").toString(),
                        GOLDEN.resolve("sandbox.bin").toString(),
                        GOLDEN.resolve("exec.bin").toString(),
                        GOLDEN.resolve("call.bin").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(fuzz.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, fuzz.waitFor(), said);
    }

    @Test
    void framesAndLimitsAreThoseOfTheHeader() throws IOException {
        ProtocolHeader header = ProtocolHeader.read();
        assertEquals(
                header.frames(),
                Arrays.stream(FrameType.values()).collect(Collectors.toMap(FrameType::name, FrameType::code)));
        assertEquals(header.numbers().get("LIMIT_FRAME"), Long.valueOf(FrameChannel.LIMIT_FRAME));
        assertEquals(header.numbers().get("LIMIT_LAUNCH"), Long.valueOf(ArgumentList.LIMIT_TOTAL));
        assertEquals(header.numbers().get("FRAME_HEADER"), Long.valueOf(FrameChannel.HEADER_BYTES));
        assertEquals(header.numbers().get("PROTOCOL_MAGIC"), Long.valueOf(LaunchEncoder.MAGIC));
        assertEquals(header.numbers().get("PROTOCOL_VERSION"), Long.valueOf(LaunchEncoder.VERSION));
        assertEquals(header.numbers().get("KIND_CONTAINER"), Long.valueOf(LaunchEncoder.KIND_CONTAINER));
        assertEquals(header.numbers().get("KIND_SANDBOX"), Long.valueOf(LaunchEncoder.KIND_SANDBOX));
        assertEquals(header.numbers().get("FLAG_STDIN"), Long.valueOf(LaunchEncoder.FLAG_STDIN));
        assertEquals(header.numbers().get("FLAG_STDIN_ONCE"), Long.valueOf(LaunchEncoder.FLAG_STDIN_ONCE));
        assertEquals(header.numbers().get("FLAG_TERMINAL"), Long.valueOf(LaunchEncoder.FLAG_TERMINAL));
        assertEquals(header.numbers().get("DESCRIPTOR_INIT"), Long.valueOf(Step.EnterNamespaces.CONTAINER_INIT));
        assertEquals(header.numbers().get("EXIT_RECORD_BYTES"), Long.valueOf(ExitFile.BYTES));
        assertEquals(header.numbers().get("PID_FILE_BYTES"), Long.valueOf(PidFile.BYTES));
    }

    private record Decoded(int status, String text) {}

    private static Decoded decode(String kind, Path file) throws IOException, InterruptedException {
        Process decoder = new ProcessBuilder("target/shim-decode", kind, file.toString()).start();
        String text = new String(decoder.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Decoded(decoder.waitFor(), text);
    }

    /** Writes the golden files: only when the protocol's version changes. */
    static void main() throws IOException {
        Files.write(GOLDEN.resolve("container.bin"), container());
        Files.write(GOLDEN.resolve("sandbox.bin"), sandbox());
        Files.write(GOLDEN.resolve("exec.bin"), exec());
        Files.write(GOLDEN.resolve("call.bin"), call());
    }
}
