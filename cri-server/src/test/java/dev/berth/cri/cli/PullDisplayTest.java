package dev.berth.cri.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PullDisplayTest {
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(screen, false, StandardCharsets.UTF_8);

    private static JsonNode report(long millis) throws IOException {
        return new JsonMapper().readTree("""
                {"summary": "25.0 of 100.0 MB, 1 of 4 layers", "doneBytes": 25000000, "fetchedBytes": 20000000,
                 "totalBytes": 100000000, "millis": %d}""".formatted(millis));
    }

    private String shown() {
        out.flush();
        return screen.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTerminalSeesABarThatIsTakenAwayAtTheEnd() throws IOException {
        var display = new PullDisplay(out, "a.example/app:latest", true);
        display.show(report(2000));
        display.ended(report(2500), "sha256:abc");
        assertEquals(
                "pulling a.example/app:latest\n"
                        + "\r\u001b[K[#######-----------------------] 25.0 of 100.0 MB, 1 of 4 layers, 10.0 MB/s"
                        + "\r\u001b[Ksha256:abc, 20.0 MB fetched in 2.5 s\n",
                shown());
    }

    @Test
    void aFileSeesALineNowAndThen() throws IOException {
        var display = new PullDisplay(out, "a.example/app:latest", false);
        for (var millis : new long[] {500, 9999, 10_000, 12_000, 20_000}) {
            display.show(report(millis));
        }
        display.ended(report(20_500), "sha256:abc");
        assertEquals(
                "pulling a.example/app:latest\n" + "25.0 of 100.0 MB, 1 of 4 layers\n".repeat(2)
                        + "sha256:abc, 20.0 MB fetched in 20.5 s\n",
                shown());
    }
}
