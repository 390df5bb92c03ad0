package dev.berth.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a registry calls a manifest: either of one image, or an index of several for different platforms. */
public sealed interface ImageDocument {
    record Manifest(Descriptor config, List<Descriptor> layers) implements ImageDocument {
        public Manifest {
            layers = List.copyOf(layers);
        }
    }

    record Index(List<Descriptor> manifests) implements ImageDocument {
        private static final int MOST_TOLD = 20;

        public Index {
            manifests = List.copyOf(manifests);
        }

        /** For whom the entries are, in words, when none of them suits. */
        public String offer() {
            var platforms = manifests.stream()
                    .flatMap(entry -> entry.platform().stream())
                    .map(Platform::toString)
                    .distinct()
                    .limit(MOST_TOLD + 1L)
                    .toList();
            var told = String.join(", ", platforms.subList(0, Math.min(MOST_TOLD, platforms.size())));
            return platforms.isEmpty() ? "no image at all" : told + (platforms.size() > MOST_TOLD ? " and others" : "");
        }

        /** The entry that suits a platform best. One that does not say what it is for is taken if no other will do: its config says it. */
        public Optional<Descriptor> select(Platform wanted) {
            return manifests.stream()
                    .filter(entry -> entry.platform().map(wanted::runs).orElse(false))
                    .min(Comparator.comparingInt(
                            entry -> entry.platform().map(wanted::distance).orElse(0)))
                    .or(() -> manifests.stream()
                            .filter(entry -> entry.platform().isEmpty())
                            .findFirst());
        }
    }

    /** A document that could be read both ways is refused (GHSA-5j5w-g665-5m35), as is one that contradicts a type it was called by. */
    static ImageDocument parse(byte[] bytes, String... calledAs) throws DocumentException {
        var document = JsonDocument.parse(bytes);
        var isIndex = document.has("manifests");
        var isManifest = document.has("layers") || document.has("config");
        if (isIndex && isManifest) {
            throw DocumentException.malformed("is both an index and a manifest", null);
        }
        if (document.path("schemaVersion").asInt(2) == 1 || document.has("fsLayers")) {
            throw DocumentException.unsupported("is of Docker's schema 1, which no longer exists; push the image anew");
        }
        if (!isIndex && !isManifest) {
            throw DocumentException.malformed("is neither an index nor a manifest", null);
        }
        for (var type : calledAs) {
            checkType(type, isIndex);
        }
        checkType(JsonDocument.text(document, "mediaType"), isIndex);
        return isIndex ? new Index(Descriptor.images(document)) : manifest(document);
    }

    private static Manifest manifest(JsonNode document) throws DocumentException {
        return new Manifest(Descriptor.parse(document.path("config")), Descriptor.list(document, "layers"));
    }

    private static void checkType(String mediaType, boolean isIndex) throws DocumentException {
        var saysIndex = mediaType.contains(".index.") || mediaType.contains("manifest.list");
        var saysManifest = !saysIndex && mediaType.contains("manifest");
        if ((saysIndex && !isIndex) || (saysManifest && isIndex)) {
            throw DocumentException.malformed("is called " + mediaType + " but holds something else", null);
        }
    }
}
