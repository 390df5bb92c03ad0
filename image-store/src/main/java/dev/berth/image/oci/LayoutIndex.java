package dev.berth.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The index.json of an OCI image layout: manifests and the names they have there. */
public record LayoutIndex(List<Entry> entries) {
    private static final int MOST = 4096;

    /** containerd and docker write the whole name here. */
    public static final String FULL_NAME = "io.containerd.image.name";

    /** The specification's own: a tag, or a whole name. */
    public static final String REFERENCE = "org.opencontainers.image.ref.name";

    public LayoutIndex {
        entries = List.copyOf(entries);
    }

    /**
     * A manifest and what it is called.
     *
     * @param names the whole name if there is one, else what the specification's annotation says; empty if there is neither
     */
    public record Entry(Descriptor manifest, List<String> names) {
        public Entry {
            names = List.copyOf(names);
        }
    }

    public static LayoutIndex parse(byte[] bytes) throws DocumentException {
        var document = JsonDocument.parse(bytes);
        var manifests = document.path("manifests");
        if (!manifests.isArray() || manifests.size() > MOST) {
            throw DocumentException.malformed("'manifests' is not a list of up to " + MOST + " descriptors", null);
        }
        var found = new ArrayList<Entry>();
        for (var each : manifests) {
            found.add(new Entry(Descriptor.parse(each), names(each.path("annotations"))));
        }
        return new LayoutIndex(found);
    }

    private static List<String> names(JsonNode annotations) throws DocumentException {
        return Stream.of(JsonDocument.text(annotations, FULL_NAME), JsonDocument.text(annotations, REFERENCE))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .map(List::of)
                .orElse(List.of());
    }
}
