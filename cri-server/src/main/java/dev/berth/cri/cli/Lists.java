package dev.berth.cri.cli;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.door.CriChannel;
import dev.berth.cri.door.NodeList.ContainerRow;
import dev.berth.cri.door.NodeList.ImageRow;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What a daemon has: a table for people, JSON for programs. */
record Lists(Configuration configuration, boolean json, boolean all) {
    private static final ObjectWriter JSON = new JsonMapper().writerWithDefaultPrettyPrinter();
    private static final int SHORT_ID = 13;
    private static final double MEGABYTE = 1e6;

    Lists(Configuration configuration, ParseResult verb) {
        this(
                configuration,
                verb.matchedOptionValue("--output", Output.TABLE) == Output.JSON,
                verb.matchedOption("--all") != null);
    }

    /** How a list is written. */
    enum Output {
        TABLE,
        JSON
    }

    static CommandSpec options(CommandSpec verb) {
        verb.parser().caseInsensitiveEnumValuesAllowed(true);
        return verb.addOption(OptionSpec.builder("-o", "--output")
                .paramLabel("FORM")
                .type(Output.class)
                .description("table, or json for programs; default table")
                .build());
    }

    static CommandSpec all(CommandSpec verb) {
        return verb.addOption(OptionSpec.builder("-a", "--all")
                .description("those too that do not run")
                .build());
    }

    void pods(PrintStream out) throws IOException {
        try (var channel = CriChannel.open(configuration.listen())) {
            var rows = channel.list().containers().stream()
                    .filter(each -> all || each.state().equals("running"))
                    .toList();
            if (json) {
                out.println(JSON.writeValueAsString(rows));
            } else {
                var heads = List.of("CONTAINER", "NAME", "STATE", "AGE", "POD", "NAMESPACE", "IMAGE");
                new Columns(heads, rows.stream().map(Lists::line)).print(out);
            }
        }
    }

    void images(PrintStream out) throws IOException {
        try (var channel = CriChannel.open(configuration.listen())) {
            var rows = channel.list().images();
            if (json) {
                out.println(JSON.writeValueAsString(rows));
            } else {
                new Columns(List.of("IMAGE", "ID", "SIZE"), rows.stream().flatMap(Lists::lines)).print(out);
            }
        }
    }

    private static List<String> line(ContainerRow row) {
        return List.of(
                shortened(row.id()),
                row.name(),
                row.state(),
                age(row.createdAt()),
                row.pod(),
                row.namespace(),
                row.image());
    }

    /** One for each name; an image that has lost its name has one all the same. */
    private static Stream<List<String>> lines(ImageRow row) {
        var size = String.format(Locale.ROOT, "%.1f MB", row.bytes() / MEGABYTE);
        var names = row.names().isEmpty() ? List.of("<none>") : row.names();
        return names.stream().map(name -> List.of(name, shortened(row.id().replaceFirst("^sha(256|512):", "")), size));
    }

    private static String shortened(String id) {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }

    private static String age(long createdAt) {
        var age = Duration.between(Instant.ofEpochSecond(0, createdAt), Instant.now());
        if (age.toDays() > 1) {
            return age.toDays() + "d";
        }
        if (age.toHours() > 1) {
            return age.toHours() + "h";
        }
        return age.toMinutes() > 1 ? age.toMinutes() + "m" : age.toSeconds() + "s";
    }
}
