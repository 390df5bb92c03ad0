package dev.berth.image.archive;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.image.contents.LayerArchive;
import dev.berth.image.garbage.Layers;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.oci.LayoutIndex;
import dev.berth.image.record.LayerRecord;
import dev.berth.image.record.StorePaths;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes images as one archive that is an OCI layout and a docker-archive at once. Layers are made again from their trees, uncompressed:
 * then their digests are those in the config, and the image's id stays what it is.
 */
public final class Export {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private final StorePaths paths;
    private final Layers layers;
    private final TarWriter tar;
    private final Set<Digest> written = new HashSet<>();
    private final ArrayNode manifests = JSON.createArrayNode();
    private final ArrayNode dockerImages = JSON.createArrayNode();

    public Export(StorePaths paths, Layers layers, OutputStream out) {
        this.paths = paths;
        this.layers = layers;
        this.tar = new TarWriter(out);
    }

    /**
     * Writes an image, whose layers the caller holds.
     *
     * @param names to be written, with tags
     */
    public void image(Digest id, List<Digest> chainIds, List<String> names) throws IOException {
        var config = Files.readAllBytes(paths.blob(id));
        if (!id.isOf(config)) {
            throw new IOException("config " + id + " is damaged");
        }
        var manifest = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", MANIFEST);
        manifest.set("config", descriptor(CONFIG, id, config.length));
        var docker = JSON.createObjectNode().put("Config", blob(id));
        names.forEach(docker.putArray("RepoTags")::add);
        var dockerLayers = docker.putArray("Layers");
        var ociLayers = manifest.putArray("layers");
        for (var chainId : chainIds) {
            var record = layers.record(chainId).orElseThrow(() -> new IOException("layer " + chainId + " is gone"));
            layer(record);
            ociLayers.add(descriptor(LAYER, record.diffId(), record.archiveSize()));
            dockerLayers.add(blob(record.diffId()));
        }
        document(id, config);
        var bytes = JSON.writeValueAsBytes(manifest);
        document(Digest.of(bytes), bytes);
        index(descriptor(MANIFEST, Digest.of(bytes), bytes.length), names);
        dockerImages.add(docker);
    }

    private void layer(LayerRecord record) throws IOException {
        if (written.add(record.diffId())) {
            var archive = new LayerArchive(paths.directory(record.chainId()), record.contents());
            tar.file(blob(record.diffId()), record.archiveSize(), out -> archive.write(out, record.diffId()));
        }
    }

    private void document(Digest digest, byte[] bytes) throws IOException {
        if (written.add(digest)) {
            tar.file(blob(digest), bytes);
        }
    }

    private void index(ObjectNode descriptor, List<String> names) {
        if (names.isEmpty()) {
            manifests.add(descriptor);
        }
        for (var name : names) {
            var named = descriptor.deepCopy();
            var annotations = named.putObject("annotations").put(LayoutIndex.FULL_NAME, name);
            ImageReference.parse(name).tag().ifPresent(tag -> annotations.put(LayoutIndex.REFERENCE, tag));
            manifests.add(named);
        }
    }

    private static ObjectNode descriptor(String type, Digest digest, long size) {
        return JSON.createObjectNode()
                .put("mediaType", type)
                .put("digest", digest.toString())
                .put("size", size);
    }

    private static String blob(Digest digest) {
        return "blobs/" + digest.algorithm() + "/" + digest.hex();
    }

    public void finish() throws IOException {
        tar.file("oci-layout", JSON.writeValueAsBytes(JSON.createObjectNode().put("imageLayoutVersion", "1.0.0")));
        var index = JSON.createObjectNode().put("schemaVersion", 2);
        index.set("manifests", manifests);
        tar.file("index.json", JSON.writeValueAsBytes(index));
        tar.file("manifest.json", JSON.writeValueAsBytes(dockerImages));
        tar.finish();
    }
}
