package dev.berth.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A document's pointer to other content (OCI image specification, descriptors). */
public record Descriptor(String mediaType, Digest digest, long size, Optional<Platform> platform) {
    private static final int MOST = 4096;

    static Descriptor parse(JsonNode object) throws DocumentException {
        var size = object.path("size");
        if (!size.canConvertToLong() || !size.isIntegralNumber() || size.asLong() < 0) {
            throw DocumentException.malformed("a descriptor has no size", null);
        }
        return new Descriptor(
                JsonDocument.text(object, "mediaType"),
                JsonDocument.digest(object, "digest"),
                size.asLong(),
                platform(object.path("platform")));
    }

    static List<Descriptor> list(JsonNode document, String name) throws DocumentException {
        var array = document.path(name);
        if (!array.isArray() || array.size() > MOST) {
            throw DocumentException.malformed("'" + name + "' is not a list of up to " + MOST + " descriptors", null);
        }
        var found = new ArrayList<Descriptor>();
        for (var item : array) {
            found.add(parse(item));
        }
        return found;
    }

    private static Optional<Platform> platform(JsonNode object) throws DocumentException {
        var os = JsonDocument.text(object, "os");
        var architecture = JsonDocument.text(object, "architecture");
        return os.isEmpty() || architecture.isEmpty()
                ? Optional.empty()
                : Optional.of(new Platform(os, architecture, JsonDocument.text(object, "variant")));
    }
}
