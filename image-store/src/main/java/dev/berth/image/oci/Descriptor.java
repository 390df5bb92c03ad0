package dev.berth.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A document's pointer to other content (OCI image specification, descriptors). */
public record Descriptor(String mediaType, Digest digest, long size, Optional<Platform> platform) {
    private static final int MOST = 4096;
    /** Where an index entry says that it only speaks of another entry: BuildKit's attestations. */
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";

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

    /** The entries of an index that may be images. */
    static List<Descriptor> images(JsonNode document) throws DocumentException {
        var found = new ArrayList<Descriptor>();
        for (var item : array(document, "manifests")) {
            if (!item.path("annotations").has(REFERENCE_TYPE) && !item.has("artifactType")) {
                found.add(parse(item));
            }
        }
        return found;
    }

    static List<Descriptor> list(JsonNode document, String name) throws DocumentException {
        var found = new ArrayList<Descriptor>();
        for (var item : array(document, name)) {
            found.add(parse(item));
        }
        return found;
    }

    private static JsonNode array(JsonNode document, String name) throws DocumentException {
        var array = document.path(name);
        if (!array.isArray() || array.size() > MOST) {
            throw DocumentException.malformed("'" + name + "' is not a list of up to " + MOST + " descriptors", null);
        }
        return array;
    }

    private static Optional<Platform> platform(JsonNode object) throws DocumentException {
        var os = JsonDocument.text(object, "os");
        var architecture = JsonDocument.text(object, "architecture");
        return os.isEmpty() || architecture.isEmpty()
                ? Optional.empty()
                : Optional.of(Platform.of(os, architecture, JsonDocument.text(object, "variant")));
    }
}
