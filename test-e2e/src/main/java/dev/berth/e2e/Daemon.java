package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The packaged berthd with folders of its own. */
public final class Daemon implements CriRuntime {
    private static final Duration START = Duration.ofSeconds(20);

    private final Marks marks;
    private final Path config;
    private Process process;

    private Daemon(Marks marks, Path config, Process process) {
        this.marks = marks;
        this.config = config;
        this.process = process;
    }

    public static Daemon start(Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var marks = Marks.of(folder);
        var daemon = launch(marks, config(marks, registry), Map.of());
        daemon.awaitAnswer();
        return daemon;
    }

    private static Daemon launch(Marks marks, Path config, Map<String, String> environment) throws IOException {
        return new Daemon(marks, config, process(marks, config, environment));
    }

    private static Process process(Marks marks, Path config, Map<String, String> environment) throws IOException {
        return process(List.of(), marks, config, environment);
    }

    private static Process process(List<String> wrapper, Marks marks, Path config, Map<String, String> environment)
            throws IOException {
        var berthd = Checkout.current().berthd();
        if (!Files.isExecutable(berthd)) {
            throw new IOException(berthd + " is missing: mvn package makes it");
        }
        var log = marks.folder().resolve("berthd.log").toFile();
        var command = new ArrayList<>(wrapper);
        command.addAll(List.of(berthd.toString(), "--config", config.toString()));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Path config(Marks marks, Registry registry) throws IOException {
        var folder = Files.createDirectories(marks.folder());
        var text = """
                root = "%1$s/root"
                state = "%1$s/state"
                listen = "unix://%1$s/berth.sock"
                log_level = "info"

                [registry]
                config_path = "%2$s"

                [cni]
                conf_dir = "%1$s/net.d"
                bin_dirs = ["/usr/lib/cni"]
                cache_dir = "%1$s/cni"
                lease_dir = "%1$s/leases"
                default_bridge = "%3$s"
                default_subnets = ["%4$s", "%5$s"]

                [cgroup]
                parent = "%6$s"
                """.formatted(
                        folder,
                        registry.mirrors(folder.resolve("certs.d")),
                        marks.bridge(),
                        marks.subnet(),
                        marks.subnet6(),
                        marks.cgroup());
        return Files.writeString(folder.resolve("config.toml"), text);
    }

    @Override
    public String name() {
        return "berth";
    }

    @Override
    public Path socket() {
        return marks.folder().resolve("berth.sock");
    }

    @Override
    public Marks marks() {
        return marks;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void kill() {
        Ending.kill(process);
    }

    @Override
    public void start() throws IOException, InterruptedException, TimeoutException {
        process = process(marks, config, Map.of());
        awaitAnswer();
    }

    /** Starts it by a program that becomes it, such as one that enters a namespace. */
    public void startBy(List<String> wrapper) throws IOException, InterruptedException, TimeoutException {
        process = process(wrapper, marks, config, Map.of());
        awaitAnswer();
    }

    /** Starts it so that it halts itself on reaching a stage of its work. */
    public void startToCrashAt(String stage) throws IOException, InterruptedException, TimeoutException {
        process = process(marks, config, Map.of("BERTH_CRASH_AT", stage));
        awaitAnswer();
    }

    /** The exit status of a daemon that ends by itself; empty if it still runs at the end of the time. */
    public OptionalInt awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    public String log() throws IOException {
        return Files.readString(marks.folder().resolve("berthd.log"));
    }

    private void awaitAnswer() throws IOException, InterruptedException, TimeoutException {
        var started = process;
        try (var client = client()) {
            Waiting.until("berthd answers; its log:\n" + log(), START, () -> {
                if (!started.isAlive()) {
                    throw new IOException("berthd ended with status " + started.exitValue() + ":\n" + log());
                }
                return Files.exists(socket()) && client.answers();
            });
        } catch (IOException | InterruptedException | TimeoutException failed) {
            kill();
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        Ending.terminate(process, 10);
        HostNetwork.remove(marks);
        PodCgroups.remove(marks);
    }
}
