package dev.berth.image.archive;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.JsonDocument;
import dev.berth.image.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code docker save} writes, and others after it: manifest.json names each image's config and layers. */
final class DockerArchive {
    static final String MANIFEST = "manifest.json";
    private static final int BUFFER = 64 << 10;

    private final ArchiveFiles files;
    private final Platform platform;

    DockerArchive(ArchiveFiles files, Platform platform) {
        this.files = files;
        this.platform = platform;
    }

    List<ArchivedImage.Found> images() throws IOException {
        var list = JsonDocument.parse(files.file(MANIFEST).bytes(MANIFEST, ImageArchive.MANIFEST_LIMIT));
        if (!list.isArray()) {
            throw new ArchiveException(MANIFEST + " is no list of images");
        }
        var found = new ArrayList<ArchivedImage.Found>();
        for (var image : list) {
            found.add(() -> image(image));
        }
        return found;
    }

    private ArchivedImage image(JsonNode image) throws IOException {
        var name = image.path("Config").asText();
        var bytes = files.file(name).bytes(name, ImageArchive.CONFIG_LIMIT);
        var id = Digest.of(bytes);
        var config = ConfigDocument.parse(bytes);
        var layers = texts(image, "Layers");
        ImageArchive.checkCount(layers.size(), config.diffIds().size(), id);
        ImageArchive.checkPlatform(platform, config.config().platform(), id.toString());
        return new ArchivedImage(
                texts(image, "RepoTags"), id, Optional.empty(), config, Map.of(id, bytes), layers(layers, config));
    }

    private static List<String> texts(JsonNode image, String name) {
        var found = new ArrayList<String>();
        image.path(name).forEach(text -> found.add(text.asText()));
        return found;
    }

    private List<ArchivedImage.Layer> layers(List<String> names, ConfigDocument config) throws IOException {
        var layers = new ArrayList<ArchivedImage.Layer>();
        for (var i = 0; i < names.size(); i++) {
            var content = files.file(names.get(i));
            var diffId = config.diffIds().get(i);
            var digest = isCompressed(content) ? digest(content) : diffId;
            layers.add(new ArchivedImage.Layer(new LayerBlob(digest, content.size(), diffId), content));
        }
        return layers;
    }

    private static boolean isCompressed(Slice content) throws IOException {
        try (var in = content.open()) {
            var magic = in.readNBytes(4);
            return magic.length == 4 && (ArchiveFiles.isGzip(magic) || ArchiveFiles.isZstd(magic));
        }
    }

    private static Digest digest(Slice content) throws IOException {
        var state = Digest.sha256();
        var buffer = new byte[BUFFER];
        try (var in = content.open()) {
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                state.update(buffer, 0, count);
            }
        }
        return Digest.of(state);
    }
}
