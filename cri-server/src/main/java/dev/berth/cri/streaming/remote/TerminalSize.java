package dev.berth.cri.streaming.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cri.streaming.flow.Arrival;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the sizes of a client's terminal: JSON objects with Width and Height, one after the other, in any pieces. */
final class TerminalSize {
    private static final JsonMapper JSON = new JsonMapper();

    /** An object is some thirty bytes; what is longer is none. */
    private static final int LIMIT = 1024;

    private static final int LARGEST = 65_535;

    private final StringBuilder read = new StringBuilder();

    /** The last size of which the text holds the end; what is no size is passed over. */
    Optional<Arrival.Resize> add(ByteBuffer bytes) {
        read.append(StandardCharsets.ISO_8859_1.decode(bytes));
        var last = Optional.<Arrival.Resize>empty();
        for (int end = read.indexOf("}"); end >= 0; end = read.indexOf("}")) {
            var size = parse(read.substring(0, end + 1));
            read.delete(0, end + 1);
            last = size.isPresent() ? size : last;
        }
        if (read.length() > LIMIT) {
            read.setLength(0);
        }
        return last;
    }

    private static Optional<Arrival.Resize> parse(String text) {
        try {
            var size = JSON.readTree(text);
            int width = size.path("Width").asInt();
            int height = size.path("Height").asInt();
            return width > 0 && height > 0 && width <= LARGEST && height <= LARGEST
                    ? Optional.of(new Arrival.Resize(height, width))
                    : Optional.empty();
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }
}
