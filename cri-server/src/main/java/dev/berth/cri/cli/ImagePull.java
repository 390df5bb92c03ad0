package dev.berth.cri.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.door.CriChannel;
import dev.berth.image.oci.ImageReference;
import io.grpc.StatusRuntimeException;
import java.io.Console;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** One pull through a running daemon, followed on the terminal. The daemon goes on with it if this command is ended. */
final class ImagePull {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long LOOK_MILLIS = 250;

    private final Configuration configuration;
    private final String reference;
    private final boolean explain;

    ImagePull(Configuration configuration, ParseResult verb) throws IOException {
        this.configuration = configuration;
        this.explain = verb.hasMatchedOption("--explain");
        try {
            String name = verb.matchedPositionalValue(0, "");
            this.reference = ImageReference.parse(name).toString();
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static CommandSpec options(CommandSpec verb) {
        return verb.addOption(OptionSpec.builder("--explain")
                        .description("tell which files and hosts were consulted, in order, and what came of it")
                        .build())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("REF")
                        .type(String.class)
                        .arity("1")
                        .required(true)
                        .description("the image's name, such as docker.io/library/busybox:latest")
                        .build());
    }

    void run(PrintStream out) throws IOException {
        try (var channel = CriChannel.open(configuration.listen())) {
            var pull = new FutureTask<>(() -> channel.pull(reference));
            Thread.ofVirtual().name("pull").start(pull);
            var display = new PullDisplay(out, reference, isTerminal());
            try {
                var id = follow(pull, channel, display);
                display.ended(report(channel).orElseGet(JSON::createObjectNode), id);
            } finally {
                display.clear();
                if (explain && pull.isDone()) {
                    explain(channel, out);
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException("the daemon's answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    private String follow(FutureTask<String> pull, CriChannel channel, PullDisplay display) throws IOException {
        while (true) {
            try {
                return pull.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                report(channel).ifPresent(display::show);
            } catch (ExecutionException e) {
                throw failure(e);
            } catch (InterruptedException e) {
                throw (IOException) new InterruptedIOException("interrupted").initCause(e);
            }
        }
    }

    /** What the daemon says goes to the user as it is; that there is no daemon is for the caller to say. */
    private static IOException failure(ExecutionException e) {
        return switch (e.getCause()) {
            case StatusRuntimeException absent when absent.getStatus().getCause() != null -> throw absent;
            case StatusRuntimeException refused ->
                new IOException(refused.getStatus().getDescription(), e);
            case null, default -> new IOException("pull of an image: " + e.getCause(), e);
        };
    }

    /** The daemon's newest pull of this name: it lists those that run first, and of the others the last first. */
    private Optional<JsonNode> report(CriChannel channel) throws JsonProcessingException {
        for (JsonNode each : JSON.readTree(channel.pulls())) {
            if (each.path("reference").asText().equals(reference)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private void explain(CriChannel channel, PrintStream out) throws JsonProcessingException {
        out.println("consulted for " + reference + ":");
        report(channel).ifPresent(each -> each.path("consulted").forEach(line -> out.println("  " + line.asText())));
    }
}
