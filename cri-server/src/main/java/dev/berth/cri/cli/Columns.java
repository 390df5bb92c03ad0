package dev.berth.cri.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A table whose columns are as wide as they need to be; nothing is cut. */
final class Columns {
    private static final String GAP = "  ";

    private final List<List<String>> lines = new ArrayList<>();

    Columns(List<String> heads, Stream<List<String>> rows) {
        lines.add(heads);
        rows.forEach(lines::add);
    }

    void print(PrintStream out) {
        for (List<String> line : lines) {
            var text = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                text.append(line.get(column));
                text.repeat(' ', width(column) - line.get(column).length()).append(GAP);
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private int width(int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }
}
