package dev.berth.shim;

import dev.berth.linux.Fd;
import dev.berth.linux.process.Pidfd;
import dev.berth.linux.process.ProcessIdentity;
import dev.berth.shim.plan.LaunchPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The containers and sandboxes of one test. Closing kills what is left of them. */
final class Berths implements AutoCloseable {
    private static final Duration LAUNCH_LIMIT = Duration.ofSeconds(60);

    final Path root;
    final Shims shims;
    private final Path top;
    private final ShimBinary binary;
    private final List<Shim> started = new ArrayList<>();

    Berths(String program, Path top) throws IOException, InterruptedException {
        this.top = top;
        this.root = BusyboxRoot.make(top.resolve("root"));
        this.binary = ShimBinary.load(Path.of("target", program));
        this.shims = new Shims(binary, LAUNCH_LIMIT);
        Files.createDirectories(logs());
    }

    Path logs() {
        return top.resolve("logs");
    }

    Path directory(String id) throws IOException {
        Path directory = top.resolve(id);
        if (!Files.exists(directory)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return directory;
    }

    Path logFile(String id) {
        return logs().resolve(id + ".log");
    }

    String log(String id) throws IOException {
        return Files.readString(logFile(id));
    }

    /** The contents of the log's records. */
    List<String> said(String id) throws IOException {
        return log(id).lines().map(line -> line.split(" ", 4)[3]).toList();
    }

    ContainerLaunch launch(String id, LaunchPlan plan) throws IOException {
        Optional<Logging> log = Optional.of(new Logging(logs().toString(), id + ".log"));
        return new ContainerLaunch(id, directory(id), plan, List.of(), log, false, false, false, Optional.empty());
    }

    Shim start(ContainerLaunch launch) throws IOException {
        Shim shim = shims.startContainer(launch);
        started.add(shim);
        return shim;
    }

    Shim run(String id, String script) throws IOException {
        return start(launch(id, Plans.container(root, script)));
    }

    Shim sandbox(SandboxLaunch launch) throws IOException {
        Shim shim = shims.startSandbox(launch);
        started.add(shim);
        return shim;
    }

    /** Where output comes from. */
    interface Source {
        Output next() throws IOException;
    }

    /** Everything a command says and how it ends. */
    static Transcript transcript(Execution execution) throws IOException {
        try (execution) {
            return heard(execution::next);
        }
    }

    static Transcript heard(Source source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        while (true) {
            switch (source.next()) {
                case Output.Stdout(var content) -> out.writeBytes(bytes(content));
                case Output.Stderr(var content) -> err.writeBytes(bytes(content));
                case Output.Lost() -> throw new IOException("output is lost");
                case Output.Exited(int code, int signal) -> {
                    return new Transcript(
                            out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), code, signal);
                }
            }
        }
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    record Transcript(String out, String err, int code, int signal) {}

    @Override
    public void close() throws IOException {
        for (Shim shim : started) {
            end(shim);
        }
        binary.close();
    }

    private static void kill(ProcessIdentity process) throws IOException {
        Optional<Fd> pidfd = Pidfd.open(process);
        if (pidfd.isPresent()) {
            Pidfd.send(pidfd.get(), 9);
            pidfd.get().close();
        }
    }

    private static boolean isShim(int pid) throws IOException {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).startsWith("berth-shim");
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /** Kills the supervisor, then the init in case it outlives it, each only if it is still the same process. */
    private static void end(Shim shim) throws IOException {
        Optional<ProcessIdentity> supervisor = ProcessIdentity.of(shim.shimPid());
        if (supervisor.isPresent() && isShim(shim.shimPid())) {
            kill(supervisor.get());
        }
        kill(shim.init());
        shim.close();
    }
}
