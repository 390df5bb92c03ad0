package dev.berth.cri.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.Locale;

/** How a pull shows on the screen: a bar that moves on a terminal, a line now and then elsewhere. */
final class PullDisplay {
    private static final int BAR = 30;
    private static final long LINE_MILLIS = 10_000;
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final double MEGABYTE = 1e6;
    private static final double MILLIS_PER_SECOND = 1000;

    private final PrintStream out;
    private final boolean terminal;
    private boolean barShown;
    private long lastLine;

    PullDisplay(PrintStream out, String reference, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        out.println("pulling " + reference);
    }

    void show(JsonNode report) {
        if (terminal) {
            out.print(CLEAR_LINE + bar(report));
            out.flush();
            barShown = true;
        } else if (report.path("millis").asLong() >= lastLine + LINE_MILLIS) {
            lastLine = report.path("millis").asLong();
            out.println(report.path("summary").asText());
        }
    }

    private static String bar(JsonNode report) {
        var total = Math.max(1, report.path("totalBytes").asLong());
        var share = (int) Math.min(BAR, report.path("doneBytes").asLong() * BAR / total);
        return "[" + "#".repeat(share) + "-".repeat(BAR - share) + "] "
                + report.path("summary").asText() + rate(report);
    }

    private static String rate(JsonNode report) {
        var seconds = Math.max(1, report.path("millis").asLong()) / MILLIS_PER_SECOND;
        return String.format(
                Locale.ROOT, ", %.1f MB/s", report.path("fetchedBytes").asLong() / MEGABYTE / seconds);
    }

    void clear() {
        if (barShown) {
            out.print(CLEAR_LINE);
            out.flush();
            barShown = false;
        }
    }

    void ended(JsonNode report, String id) {
        clear();
        var seconds = report.path("millis").asLong() / MILLIS_PER_SECOND;
        var fetched = report.path("fetchedBytes").asLong() / MEGABYTE;
        out.printf(Locale.ROOT, "%s, %.1f MB fetched in %.1f s%n", id, fetched, seconds);
    }
}
