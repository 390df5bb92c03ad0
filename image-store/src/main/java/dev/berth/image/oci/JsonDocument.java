package dev.berth.image.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads JSON that strangers wrote: bounded in depth and length, and without a key that is there twice. */
public final class JsonDocument {
    private static final int DEEPEST = 64;
    /** Each becomes an object of some hundred bytes: this bounds the heap, which the length alone does not. */
    private static final long MOST_TOKENS = 100_000;

    private static final int LONGEST = 16 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxDocumentLength(LONGEST)
                            .maxStringLength(LONGEST)
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonDocument() {}

    public static JsonNode parse(byte[] bytes) throws DocumentException {
        try {
            return MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw DocumentException.malformed("is not acceptable JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw DocumentException.malformed("cannot be read: " + Reason.of(e), e);
        }
    }

    static String text(JsonNode object, String name) throws DocumentException {
        var node = object.path(name);
        if (!node.isMissingNode() && !node.isNull() && !node.isTextual()) {
            throw DocumentException.malformed("'" + name + "' is not a string", null);
        }
        return node.isTextual() ? node.asText() : "";
    }

    static List<String> texts(JsonNode object, String name) throws DocumentException {
        var found = new ArrayList<String>();
        for (var item : object.path(name)) {
            if (!item.isTextual()) {
                throw DocumentException.malformed("'" + name + "' holds something else than strings", null);
            }
            found.add(item.asText());
        }
        return found;
    }

    /** A string where a list is meant stands for the list of it alone: old builders wrote entry points so. */
    static List<String> command(JsonNode object, String name) throws DocumentException {
        var node = object.path(name);
        return node.isTextual() ? List.of(node.asText()) : texts(object, name);
    }

    static Set<String> keys(JsonNode object, String name) {
        var found = new LinkedHashSet<String>();
        object.path(name).fieldNames().forEachRemaining(found::add);
        return found;
    }

    static Digest digest(JsonNode object, String name) throws DocumentException {
        return digest(text(object, name));
    }

    static Digest digest(String text) throws DocumentException {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw DocumentException.malformed(Reason.of(e), e);
        }
    }
}
