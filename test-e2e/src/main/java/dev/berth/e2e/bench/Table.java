package dev.berth.e2e.bench;

import java.util.Locale;

/** The comparison as a table in Markdown. */
final class Table {
    private final StringBuilder text = new StringBuilder();

    private Table() {}

    static String of(Measured berth, Measured peer, int rounds) {
        var table = new Table();
        table.line("| what (%d rounds, alternating) | Berth | containerd + runc | ratio |".formatted(rounds));
        table.line("|---|---|---|---|");
        for (var kind : Measured.Kind.values()) {
            table.times(
                    kind.title() + ", p50",
                    berth.of(kind).millis(0.5),
                    peer.of(kind).millis(0.5));
            table.times(
                    kind.title() + ", p90",
                    berth.of(kind).millis(0.9),
                    peer.of(kind).millis(0.9));
        }
        table.memory(berth.memory(), peer.memory());
        return table.text.toString();
    }

    private void memory(Memory berth, Memory peer) {
        var at = ", PSS at " + berth.pods() + " pods";
        sizes("daemon" + at, berth.daemon(), peer.daemon());
        sizes("helper processes" + at, berth.helpers(), peer.helpers());
        sizes("daemon and helpers" + at, berth.daemon() + berth.helpers(), peer.daemon() + peer.helpers());
    }

    private void times(String what, double berth, double peer) {
        row(what, berth, peer, "ms");
    }

    private void sizes(String what, long berth, long peer) {
        row(what, berth / 1024.0, peer / 1024.0, "MiB");
    }

    private void row(String what, double berth, double peer, String unit) {
        var ratio = berth > 0 ? String.format(Locale.ROOT, "%.1f x", peer / berth) : "-";
        line(String.format(Locale.ROOT, "| %s | %.2f %s | %.2f %s | %s |", what, berth, unit, peer, unit, ratio));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
