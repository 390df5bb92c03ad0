package dev.berth.cri;

import dev.berth.cri.config.Configuration;
import dev.berth.cri.config.ConfigurationException;
import dev.berth.cri.config.ConfigurationFile;
import dev.berth.cri.config.ConfiguredEngine;
import dev.berth.cri.log.DaemonLog;
import dev.berth.engine.host.ProcessLimits;
import dev.berth.engine.operation.Stage;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code berthd}: reads its command line and configuration, and serves. */
public final class Main {
    /** Exit status of a wrong command line or configuration, as in sysexits.h EX_USAGE. */
    private static final int USAGE = 64;

    private static final int FAILED = 1;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    private static int run(String[] arguments, PrintStream out, PrintStream err) {
        var line = new CommandLine(command());
        try {
            var parsed = line.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(parsed)) {
                return 0;
            }
            if (parsed.hasMatchedOption("--crash-stages")) {
                for (Stage stage : Stage.values()) {
                    out.println(stage.label());
                }
                return 0;
            }
            Path file = parsed.matchedOptionValue("--config", ConfigurationFile.STANDARD);
            if (parsed.hasMatchedOption("--check-config")) {
                ConfiguredEngine.settings(ConfigurationFile.read(file));
                return 0;
            }
            return serve(file, err);
        } catch (CommandLine.ParameterException e) {
            err.println("berthd: " + Reason.of(e) + "; see berthd --help");
            return USAGE;
        } catch (ConfigurationException e) {
            err.println("berthd: " + Reason.of(e));
            return USAGE;
        }
    }

    private static int serve(Path file, PrintStream err) throws ConfigurationException {
        try {
            var limits = ProcessLimits.ofRoot();
            var configuration = ConfigurationFile.read(file);
            DaemonLog.start(configuration.logLevel(), configuration.logFormat());
            return serve(configuration, limits, crashAt());
        } catch (IOException e) {
            err.println("berthd: " + Reason.of(e));
            return FAILED;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    /** A signal that ends the daemon asks it to stop, which is no failure: without the hook its status would be 143. */
    private static int serve(Configuration configuration, ProcessLimits limits, Optional<Stage> crashAt)
            throws ConfigurationException, IOException, InterruptedException {
        var asked = new Thread(() -> Runtime.getRuntime().halt(0), "asked-to-stop");
        Runtime.getRuntime().addShutdownHook(asked);
        try {
            Daemon.run(configuration, limits, crashAt);
            return 0;
        } finally {
            Runtime.getRuntime().removeShutdownHook(asked);
        }
    }

    /** Fault injection for tests: the stage at which the daemon halts as if killed. */
    private static Optional<Stage> crashAt() throws ConfigurationException {
        var label = System.getenv("BERTH_CRASH_AT");
        if (label == null || label.isEmpty()) {
            return Optional.empty();
        }
        var stage = Stage.named(label);
        if (stage.isEmpty()) {
            throw new ConfigurationException(
                    "BERTH_CRASH_AT: no stage \"" + label + "\"; berthd --crash-stages lists them");
        }
        return stage;
    }

    private static CommandSpec command() {
        return CommandSpec.create()
                .name("berthd")
                .version(Version.full())
                .mixinStandardHelpOptions(true)
                .usageMessage(new CommandLine.Model.UsageMessageSpec()
                        .description("Serves Kubernetes' Container Runtime Interface."))
                .addOption(OptionSpec.builder("--config")
                        .paramLabel("FILE")
                        .type(Path.class)
                        .description("configuration file; default " + ConfigurationFile.STANDARD)
                        .build())
                .addOption(OptionSpec.builder("--check-config")
                        .description("read the configuration, tell what is wrong with it, and exit")
                        .build())
                .addOption(OptionSpec.builder("--crash-stages")
                        .description("list the stages at which BERTH_CRASH_AT can end the daemon, and exit")
                        .build());
    }
}
