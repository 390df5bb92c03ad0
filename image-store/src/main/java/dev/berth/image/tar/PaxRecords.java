package dev.berth.image.tar;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of a PAX extended header: "length key=value\n", where a value may be any bytes. */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of(), List.of());
    private static final String ATTRIBUTE = "SCHILY.xattr.";
    private static final int LONGEST_TIME = 40;

    private final Map<String, byte[]> values;
    /** Sparse format 0.0 repeats its keys, so it needs them in order. */
    private final List<String> sparsePairs;

    private PaxRecords(Map<String, byte[]> values, List<String> sparsePairs) {
        this.values = values;
        this.sparsePairs = sparsePairs;
    }

    static PaxRecords parse(byte[] content) throws TarFormatException {
        var values = new LinkedHashMap<String, byte[]>();
        var pairs = new ArrayList<String>();
        for (var at = 0; at < content.length && content[at] != 0; ) {
            at = parseOne(content, at, values, pairs);
        }
        return new PaxRecords(values, pairs);
    }

    private static int parseOne(byte[] content, int at, Map<String, byte[]> values, List<String> pairs)
            throws TarFormatException {
        var length = 0;
        var cursor = at;
        while (cursor < content.length && content[cursor] >= '0' && content[cursor] <= '9' && length < content.length) {
            length = length * 10 + content[cursor++] - '0';
        }
        var end = at + length;
        var equals = cursor;
        while (equals < content.length && content[equals] != '=') {
            equals++;
        }
        if (cursor >= content.length
                || content[cursor] != ' '
                || end > content.length
                || equals >= end - 1
                || content[end - 1] != '\n') {
            throw new TarFormatException("a PAX record is malformed");
        }
        var key = new String(content, cursor + 1, equals - cursor - 1, StandardCharsets.UTF_8);
        var value = Arrays.copyOfRange(content, equals + 1, end - 1);
        values.put(key, value);
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            pairs.add(new String(value, StandardCharsets.ISO_8859_1));
        }
        return end;
    }

    private @Nullable String raw(String key) {
        var value = values.get(key);
        return value == null || value.length == 0 ? null : new String(value, StandardCharsets.ISO_8859_1);
    }

    Optional<String> text(String key) throws TarFormatException {
        var text = raw(key);
        if (text != null && text.indexOf('\0') >= 0) {
            throw new TarFormatException("the PAX record " + key + " holds a NUL byte");
        }
        return Optional.ofNullable(text);
    }

    long number(String key, long otherwise) throws TarFormatException {
        var text = raw(key);
        return text == null ? otherwise : parseNumber(key, text);
    }

    static long parseNumber(String key, String text) throws TarFormatException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new TarFormatException("the PAX record " + key + " holds '" + text + "', not a number");
        }
    }

    Optional<BigDecimal> time(String key) throws TarFormatException {
        var text = raw(key);
        if (text == null) {
            return Optional.empty();
        }
        // an exponent could ask for a number of any length
        if (text.length() > LONGEST_TIME || !text.matches("-?[0-9]+(\\.[0-9]*)?")) {
            throw new TarFormatException("the PAX record " + key + " holds no time");
        }
        return Optional.of(new BigDecimal(text).setScale(9, RoundingMode.FLOOR));
    }

    List<String> sparsePairs() {
        return sparsePairs;
    }

    Map<String, byte[]> attributes() {
        var found = new LinkedHashMap<String, byte[]>();
        values.forEach((key, value) -> {
            if (key.startsWith(ATTRIBUTE)) {
                found.put(key.substring(ATTRIBUTE.length()), value);
            }
        });
        return found;
    }
}
