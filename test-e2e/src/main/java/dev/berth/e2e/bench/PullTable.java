package dev.berth.e2e.bench;

import dev.berth.e2e.bench.PullContender.Reference;
import java.util.Locale;

/** The comparison of pulls as a table in Markdown. */
final class PullTable {
    private final StringBuilder text = new StringBuilder();

    private PullTable() {}

    static String of(PullContender berth, PullContender peer, int rounds) {
        var table = new PullTable();
        table.line("| what (%d rounds, alternating) | Berth | containerd | Berth / containerd |".formatted(rounds));
        table.line("|---|---|---|---|");
        for (var reference : Reference.values()) {
            table.pulls(reference.name().toLowerCase(Locale.ROOT), berth.measured(reference), peer.measured(reference));
        }
        return table.text.toString();
    }

    private void pulls(String kind, Pulls berth, Pulls peer) {
        times(kind + ": PullImage, median", berth.wall(), peer.wall(), 0.5);
        times(kind + ": PullImage, best", berth.wall(), peer.wall(), 0);
        times(kind + ": PullImage and sync, median", berth.synced(), peer.synced(), 0.5);
        times(kind + ": CPU of the daemon for it, median", berth.cpu(), peer.cpu(), 0.5);
        row(kind + ": peak resident memory", berth.peak() / 1024.0, peer.peak() / 1024.0, "MiB");
        times(kind + ": RemoveImage, median", berth.removal(), peer.removal(), 0.5);
        times(kind + ": CPU until all files are gone, median", berth.cleaning(), peer.cleaning(), 0.5);
    }

    private void times(String what, Samples berth, Samples peer, double share) {
        row(what, berth.millis(share), peer.millis(share), "ms");
    }

    private void row(String what, double berth, double peer, String unit) {
        var ratio = peer > 0 ? String.format(Locale.ROOT, "%.2f", berth / peer) : "-";
        line(String.format(Locale.ROOT, "| %s | %.1f %s | %.1f %s | %s |", what, berth, unit, peer, unit, ratio));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
