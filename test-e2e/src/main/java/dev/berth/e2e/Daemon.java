package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;

/** The packaged berthd with folders of its own. */
public final class Daemon implements CriRuntime {
    private final Marks marks;
    private final Path config;
    private final RuntimeProcess process;

    private Daemon(Marks marks, Path config) {
        this.marks = marks;
        this.config = config;
        this.process = new RuntimeProcess("berthd", marks);
    }

    public static Daemon start(Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var marks = Marks.of(folder);
        OciRuntimes.configureIfAsked(folder);
        var daemon = new Daemon(marks, config(marks, registry));
        daemon.start();
        return daemon;
    }

    private static Path config(Marks marks, Registry registry) throws IOException {
        var folder = Files.createDirectories(marks.folder());
        var text = """
                root = "%1$s/root"
                state = "%1$s/state"
                listen = "unix://%1$s/berthd.sock"
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

                [cdi]
                spec_dirs = ["%1$s/cdi/etc", "%1$s/cdi/run"]
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
        return process.socket();
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
        process.kill();
    }

    @Override
    public int stop() {
        return process.stop();
    }

    @Override
    public void start() throws IOException, InterruptedException, TimeoutException {
        process.start(command(List.of()), Map.of());
    }

    /** Starts it by a program that becomes it, such as one that enters a namespace. */
    public void startBy(List<String> wrapper) throws IOException, InterruptedException, TimeoutException {
        process.start(command(wrapper), Map.of());
    }

    /** Starts it so that it halts itself on reaching a stage of its work. */
    public void startToCrashAt(String stage) throws IOException, InterruptedException, TimeoutException {
        process.start(command(List.of()), Map.of("BERTH_CRASH_AT", stage));
    }

    private List<String> command(List<String> wrapper) throws IOException {
        var berthd = Checkout.current().berthd();
        if (!Files.isExecutable(berthd)) {
            throw new IOException(berthd + " is missing: mvn package makes it");
        }
        var command = new ArrayList<>(wrapper);
        command.addAll(List.of(berthd.toString(), "--config", config.toString()));
        return command;
    }

    /** The exit status of a daemon that ends by itself; empty if it still runs at the end of the time. */
    public OptionalInt awaitEnd(Duration limit) throws InterruptedException {
        return process.awaitEnd(limit);
    }

    public String log() throws IOException {
        return process.log();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
