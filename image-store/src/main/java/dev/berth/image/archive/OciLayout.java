package dev.berth.image.archive;

import dev.berth.image.layer.LayerBlob;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Descriptor;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageDocument;
import dev.berth.image.oci.ImageDocument.Index;
import dev.berth.image.oci.ImageDocument.Manifest;
import dev.berth.image.oci.LayoutIndex;
import dev.berth.image.oci.LayoutIndex.Entry;
import dev.berth.image.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An OCI image layout (OCI image specification, image-layout.md). */
final class OciLayout {
    static final String INDEX = "index.json";

    private final ArchiveFiles files;
    private final Platform platform;

    OciLayout(ArchiveFiles files, Platform platform) {
        this.files = files;
        this.platform = platform;
    }

    List<ArchivedImage.Found> images() throws IOException {
        var index = LayoutIndex.parse(files.file(INDEX).bytes(INDEX, ImageArchive.MANIFEST_LIMIT));
        var found = new ArrayList<ArchivedImage.Found>();
        for (var entry : index.entries()) {
            found.add(() -> image(entry));
        }
        return found;
    }

    private ArchivedImage image(Entry entry) throws IOException {
        var documents = new LinkedHashMap<Digest, byte[]>();
        var named = entry.manifest();
        var document = parse(named, documents);
        if (document instanceof Index many) {
            document = parse(select(many, named.digest()), documents);
        }
        if (!(document instanceof Manifest manifest)) {
            throw new ArchiveException("index " + named.digest() + " points to another index");
        }
        var id = manifest.config().digest();
        var config = ConfigDocument.parse(read(id, documents, ImageArchive.CONFIG_LIMIT));
        ImageArchive.checkCount(manifest.layers().size(), config.diffIds().size(), id);
        ImageArchive.checkPlatform(platform, config.config().platform(), id.toString());
        return new ArchivedImage(
                entry.names(), id, Optional.of(named.digest()), config, documents, layers(manifest, config));
    }

    private Descriptor select(Index many, Digest index) throws ArchiveException {
        return many.select(platform)
                .orElseThrow(() -> new ArchiveException(
                        "index %s has nothing for %s; it lists %s".formatted(index, platform, many.offer())));
    }

    private ImageDocument parse(Descriptor descriptor, Map<Digest, byte[]> documents) throws IOException {
        var bytes = read(descriptor.digest(), documents, ImageArchive.MANIFEST_LIMIT);
        return ImageDocument.parse(bytes, descriptor.mediaType());
    }

    private byte[] read(Digest digest, Map<Digest, byte[]> documents, int limit) throws IOException {
        var name = name(digest);
        var bytes = files.file(name).bytes(name, limit);
        if (!digest.isOf(bytes)) {
            throw new ArchiveException("'%s' does not have the digest that its name says".formatted(name));
        }
        documents.put(digest, bytes);
        return bytes;
    }

    private List<ArchivedImage.Layer> layers(Manifest manifest, ConfigDocument config) throws ArchiveException {
        var layers = new ArrayList<ArchivedImage.Layer>();
        for (var i = 0; i < manifest.layers().size(); i++) {
            var digest = manifest.layers().get(i).digest();
            var content = files.file(name(digest));
            layers.add(new ArchivedImage.Layer(
                    new LayerBlob(digest, content.size(), config.diffIds().get(i)), content));
        }
        return layers;
    }

    private static String name(Digest digest) {
        return "blobs/" + digest.algorithm() + "/" + digest.hex();
    }
}
