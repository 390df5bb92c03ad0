package dev.berth.cni.plugin.program;

import dev.berth.cni.document.Json;
import dev.berth.cni.plugin.CniException;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import dev.berth.linux.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of a plugin program: bounded in time, in output and in complaints, with an environment of its own. */
final class PluginProcess {
    private static final int COMPLAINT_LIMIT = 64 * 1024;
    private static final int QUOTED_LIMIT = 2000;
    /** How long the pipes may stay open after the program's end; a process it left behind may hold them. */
    private static final Duration DRAIN = Duration.ofSeconds(2);
    /** Where plugins find the tools of the host; nothing else of the daemon's environment is theirs. */
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Path program;
    private final String subject;
    private final Duration timeout;

    PluginProcess(Path program, String subject, Duration timeout) {
        this.program = program;
        this.subject = subject;
        this.timeout = timeout;
    }

    /** Gives what the program printed when it succeeded. */
    byte[] run(Map<String, String> environment, byte[] input) throws IOException, InterruptedException {
        List<String> variables = new ArrayList<>(List.of(PATH));
        environment.forEach((name, value) -> variables.add(name + "=" + value));
        var limits = new Program.Limits(timeout, DRAIN, Json.LIMIT, COMPLAINT_LIMIT);
        try {
            return judge(new Program(program.toString(), variables).run(input, limits));
        } catch (ErrnoException e) {
            throw new CniException(CniException.Kind.FAILED, subject + ": " + Reason.of(e), e);
        }
    }

    private byte[] judge(Program.Outcome outcome) throws CniException {
        return switch (outcome.end()) {
            case TOO_LATE -> {
                String message = subject + ": no answer within " + timeout.toSeconds() + " s, killed";
                throw new CniException(CniException.Kind.TIMEOUT, message + quoted(outcome));
            }
            case TOO_MUCH -> throw failed("printed more than " + Json.LIMIT + " bytes", outcome);
            case HELD_OPEN -> throw failed("ended but left a process that held its output open", outcome);
            case EXITED -> {
                if (!outcome.succeeded()) {
                    throw failed(reason(outcome), outcome);
                }
                yield outcome.output();
            }
        };
    }

    private CniException failed(String reason, Program.Outcome outcome) {
        return new CniException(CniException.Kind.FAILED, subject + ": " + reason + quoted(outcome));
    }

    /** A failing plugin prints an error document (CNI spec, section 5); others just print something, or nothing. */
    private static String reason(Program.Outcome outcome) {
        try {
            var error = Json.parse(outcome.output(), "error document");
            String details = Json.text(error, "details");
            String message = Json.text(error, "msg") + (details.isEmpty() ? "" : "; " + details);
            return message + " (code " + error.path("code").asInt() + ")";
        } catch (IOException _) {
            String printed = shortened(outcome.output());
            return outcome.ending() + (printed.isEmpty() ? "" : ", printed \"" + printed + "\"");
        }
    }

    private static String quoted(Program.Outcome outcome) {
        String text = shortened(outcome.complaints()).strip();
        return text.isEmpty() ? "" : "; stderr: " + text;
    }

    private static String shortened(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, QUOTED_LIMIT), StandardCharsets.UTF_8);
    }
}
