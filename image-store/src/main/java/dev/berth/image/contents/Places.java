package dev.berth.image.contents;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where, below the layer's directory, what a line of the list speaks of is now: a later line may have moved it aside. */
final class Places {
    static final String TREE = "fs";
    static final String ASIDE = "replaced";

    private record Move(long position, String from, int number) {}

    /** By path, then by position. */
    private final Map<String, TreeMap<Long, Integer>> moves = new HashMap<>();

    private final Map<String, TreeSet<Long>> redescribed = new HashMap<>();

    /** Goes through the list for what was moved, if anything was. */
    static Places read(Path contents, Seal seal) throws IOException {
        var places = new Places();
        if (seal.replacements() == 0) {
            return places;
        }
        try (var list = ContentsReader.open(contents, seal)) {
            var position = 0L;
            for (var line = list.next(); !(line instanceof Line.End); line = list.next()) {
                position++;
                if (line instanceof Line.Replaced(var path, var number)) {
                    places.moves.computeIfAbsent(path, _ -> new TreeMap<>()).put(position, number);
                } else if (line instanceof Line.Redescribed(var path)) {
                    places.redescribed
                            .computeIfAbsent(path, _ -> new TreeSet<>())
                            .add(position);
                }
            }
        }
        return places;
    }

    /** Whether a later line describes the directory anew. */
    boolean isRedescribed(long position, String path) {
        var positions = redescribed.get(path);
        var next = positions == null ? null : positions.higher(position);
        return next != null
                && move(position, path).map(move -> next < move.position).orElse(true);
    }

    /** The path below the layer's directory of what the line at a position placed. */
    String of(long position, String path) {
        return move(position, path)
                .map(move -> ASIDE + "/" + move.number + path.substring(move.from.length()))
                .orElse(path.isEmpty() ? TREE : TREE + "/" + path);
    }

    /** The first move after a position of the path or of a directory above it: later ones find something else there. */
    private Optional<Move> move(long position, String path) {
        var found = Optional.<Move>empty();
        for (var end = path.length(); end > 0 && !moves.isEmpty(); end = path.lastIndexOf('/', end - 1)) {
            var from = path.substring(0, end);
            var candidates = moves.get(from);
            var next = candidates == null ? null : candidates.higherEntry(position);
            if (next != null && (found.isEmpty() || next.getKey() < found.get().position)) {
                found = Optional.of(new Move(next.getKey(), from, next.getValue()));
            }
        }
        return found;
    }
}
