package dev.berth.cri.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.door.CriChannel;
import java.io.IOException;
import java.io.PrintStream;

/** Questions to a running daemon over its CRI socket. */
final class DaemonQuestions {
    private static final JsonMapper JSON = new JsonMapper();

    private final Configuration configuration;

    DaemonQuestions(Configuration configuration) {
        this.configuration = configuration;
    }

    void status(PrintStream out) {
        try (var channel = CriChannel.open(configuration.listen())) {
            out.println(channel.version());
            channel.conditions().forEach(out::println);
        }
    }

    void operations(PrintStream out) throws IOException {
        try (var channel = CriChannel.open(configuration.listen())) {
            var operations = JSON.readTree(channel.operations());
            if (operations.isEmpty()) {
                out.println("no operation is under way");
            }
            operations.forEach(each -> out.printf(
                    "%8d ms  %s  (stage %s for %d ms)%s%n",
                    each.path("totalMillis").asLong(),
                    each.path("operation").asText(),
                    each.path("stage").asText(),
                    each.path("stageMillis").asLong(),
                    each.path("detail").asText().isEmpty()
                            ? ""
                            : ": " + each.path("detail").asText()));
        } catch (JsonProcessingException e) {
            throw new IOException("the daemon's answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
