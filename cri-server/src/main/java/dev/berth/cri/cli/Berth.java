package dev.berth.cri.cli;

import dev.berth.cri.Version;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.config.Configuration.LogFormat;
import dev.berth.cri.config.Configuration.LogLevel;
import dev.berth.cri.config.ConfigurationException;
import dev.berth.cri.config.ConfigurationFile;
import dev.berth.cri.log.DaemonLog;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code berth}: its verbs, and how each failure is told. */
public final class Berth {
    /** Exit status of a wrong command line or configuration, as in sysexits.h EX_USAGE. */
    private static final int USAGE = 64;

    private static final int FAILED = 1;

    private Berth() {}

    public static void main(String[] arguments) {
        DaemonLog.start(LogLevel.ERROR, LogFormat.TEXT);
        System.exit(run(arguments, System.out, System.err));
    }

    private static int run(String[] arguments, PrintStream out, PrintStream err) {
        var line = new CommandLine(command());
        try {
            var parsed = line.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(parsed)) {
                return 0;
            }
            var verb = innermost(parsed);
            if (!verb.commandSpec().subcommands().isEmpty()) {
                verb.commandSpec().commandLine().usage(err);
                return USAGE;
            }
            return run(verb, out);
        } catch (CommandLine.ParameterException e) {
            var verb = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println("berth: " + e.getMessage() + "; see " + verb + " --help");
            return USAGE;
        } catch (ConfigurationException e) {
            err.println("berth: " + e.getMessage());
            return USAGE;
        } catch (StatusRuntimeException e) {
            err.println("berth: ask the daemon: " + e.getStatus().getCode() + ": "
                    + e.getStatus().getDescription());
            return FAILED;
        } catch (IOException e) {
            err.println("berth: " + e.getMessage());
            return FAILED;
        }
    }

    private static ParseResult innermost(ParseResult parsed) {
        return parsed.hasSubcommand() ? innermost(parsed.subcommand()) : parsed;
    }

    private static int run(ParseResult verb, PrintStream out) throws ConfigurationException, IOException {
        Path file = verb.matchedOptionValue("--config", ConfigurationFile.STANDARD);
        Configuration configuration = ConfigurationFile.read(file);
        try {
            return run(verb, configuration, out);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                throw new IOException(Absence.of(configuration.listen()), e);
            }
            throw e;
        }
    }

    private static int run(ParseResult verb, Configuration configuration, PrintStream out)
            throws ConfigurationException, IOException {
        switch (verb.commandSpec().name()) {
            case "status" -> new DaemonQuestions(configuration).status(out);
            case "ps" -> new Lists(configuration, verb).pods(out);
            case "images" -> new Lists(configuration, verb).images(out);
            case "ops" -> new DaemonQuestions(configuration).operations(out);
            case "pull" -> new ImagePull(configuration, verb).run(out);
            case "cleanup" -> new Cleanup(configuration).run(out);
            case "fsck" -> {
                return Fsck.of(verb, configuration).run(out);
            }
            case "import" -> ImageImport.of(verb, configuration).run(out);
            case "export" -> ImageExport.of(verb, configuration).run(out);
            default ->
                throw new IllegalStateException("no verb " + verb.commandSpec().name());
        }
        return 0;
    }

    private static CommandSpec command() {
        return CommandSpec.create()
                .name("berth")
                .version(Version.full())
                .mixinStandardHelpOptions(true)
                .addSubcommand("status", verb("status", "what the daemon says of itself and its node"))
                .addSubcommand(
                        "ps", Lists.all(Lists.options(verb("ps", "the containers and the pods that they are in"))))
                .addSubcommand("images", Lists.options(verb("images", "the images that the daemon has")))
                .addSubcommand("ops", verb("ops", "the operations that run now, and the stage each is in"))
                .addSubcommand("pull", ImagePull.options(verb("pull", "pull an image through the daemon")))
                .addSubcommand(
                        "cleanup",
                        verb(
                                "cleanup",
                                "remove what a stopped daemon keeps on the host for its next start: the"
                                        + " default network and its cgroups; images stay"))
                .addSubcommand("fsck", Fsck.options(verb("fsck", Fsck.DESCRIPTION)))
                .addSubcommand("image", image());
    }

    private static CommandSpec image() {
        var image = CommandSpec.create()
                .name("image")
                .mixinStandardHelpOptions(true)
                .addSubcommand("import", ImageImport.options(verb("import", ImageImport.DESCRIPTION)))
                .addSubcommand("export", ImageExport.options(verb("export", ImageExport.DESCRIPTION)));
        image.usageMessage().description("read images from archives, and write them into such");
        return image;
    }

    private static CommandSpec verb(String name, String description) {
        var verb = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
        verb.usageMessage().description(description);
        return verb.addOption(OptionSpec.builder("--config")
                .paramLabel("FILE")
                .type(Path.class)
                .description("the daemon's configuration file; default " + ConfigurationFile.STANDARD)
                .build());
    }
}
