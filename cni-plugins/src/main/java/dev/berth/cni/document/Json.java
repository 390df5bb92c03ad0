package dev.berth.cni.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes the JSON documents of CNI, none of them larger than a limit. */
public final class Json {
    /** Larger than any configuration or result in use by orders of magnitude. */
    public static final int LIMIT = 1 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ObjectNode read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw new IOException(file + ": larger than " + LIMIT + " bytes");
            }
            return parse(bytes, file.toString());
        }
    }

    /** Parses a document that must be an object. */
    public static ObjectNode parse(byte[] bytes, String subject) throws IOException {
        try {
            if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IOException(subject + ": not valid JSON: " + Mistake.in(e), e);
        }
        throw new IOException(subject + ": not a JSON object");
    }

    /** Empty if the text is no JSON object from its beginning to its end. */
    public static Optional<ObjectNode> whole(String text) {
        try {
            return MAPPER.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    public static byte[] bytes(JsonNode node) {
        return bytes(node, new MinimalPrettyPrinter());
    }

    public static byte[] bytes(JsonNode node, PrettyPrinter printer) {
        try {
            return MAPPER.writer(printer).writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(JsonNode node, String key) {
        return node.path(key).asText("");
    }

    public static Optional<String> optionalText(JsonNode node, String key) {
        return Optional.of(text(node, key)).filter(text -> !text.isEmpty());
    }

    public static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
