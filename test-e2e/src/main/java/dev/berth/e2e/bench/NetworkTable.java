package dev.berth.e2e.bench;

import dev.berth.e2e.bench.NetworkFigures.Kind;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The comparison of networks as a table in Markdown. */
record NetworkTable(List<NetworkContender> contenders) {
    private static final double MILLIS_A_SECOND = 1000;

    static String of(List<NetworkContender> contenders, int rounds) {
        var table = new NetworkTable(contenders);
        var text = new StringBuilder("| what (%d rounds, alternating) | ".formatted(rounds))
                .append(contenders.stream().map(NetworkContender::title).collect(Collectors.joining(" | ")))
                .append(" |\n|---|")
                .append("---|".repeat(contenders.size()))
                .append('\n');
        text.append(
                table.row("ADD: RunPodSandbox with pod network minus host network, p50", "ms", NetworkFigures::added));
        text.append(table.row(
                "DEL: StopPodSandbox with pod network minus host network, p50", "ms", NetworkFigures::deleted));
        for (var kind : List.of(Kind.RUN, Kind.RUN_ON_HOST, Kind.STOP, Kind.STOP_ON_HOST, Kind.START_ON_HOST)) {
            text.append(table.row(kind.title() + ", p50", "ms", figures -> figures.median(kind)));
            text.append(table.row(
                    kind.title() + ", p90", "ms", figures -> figures.of(kind).millis(0.9)));
        }
        return text.append(table.row(
                        "pods started per second, 10 at a time",
                        "/s",
                        figures -> MILLIS_A_SECOND / figures.median(Kind.BURST)))
                .toString();
    }

    private String row(String what, String unit, ToDoubleFunction<NetworkFigures> figure) {
        return contenders.stream()
                .map(each -> String.format(Locale.ROOT, "%.2f %s", figure.applyAsDouble(each.figures()), unit))
                .collect(Collectors.joining(" | ", "| " + what + " | ", " |\n"));
    }
}
