package dev.berth.image.registry.authentication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** One way in which a host asks for authentication (RFC 9110, WWW-Authenticate). Scheme and parameter names are in lower case. */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final int LONGEST = 8 << 10;
    private static final Pattern PIECE = Pattern.compile(
            "\\s*,?\\s*(?:([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]+))|([A-Za-z][A-Za-z0-9_-]*))");

    static List<Challenge> parse(List<String> headers) {
        var found = new ArrayList<Challenge>();
        for (var header : headers) {
            parse(header.substring(0, Math.min(header.length(), LONGEST)), found);
        }
        return found;
    }

    private static void parse(String header, List<Challenge> found) {
        var pieces = PIECE.matcher(header);
        while (pieces.lookingAt()) {
            if (pieces.group(4) != null) {
                found.add(new Challenge(pieces.group(4).toLowerCase(Locale.ROOT), new HashMap<>()));
            } else if (!found.isEmpty()) {
                var quoted = pieces.group(2);
                var value = quoted != null ? quoted.replaceAll("\\\\(.)", "$1") : pieces.group(3);
                found.getLast().parameters.put(pieces.group(1).toLowerCase(Locale.ROOT), value);
            }
            pieces.region(pieces.end(), header.length());
        }
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
