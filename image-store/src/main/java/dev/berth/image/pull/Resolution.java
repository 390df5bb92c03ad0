package dev.berth.image.pull;

import dev.berth.image.catalog.Images;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Descriptor;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.oci.ImageDocument;
import dev.berth.image.oci.ImageDocument.Index;
import dev.berth.image.oci.ImageDocument.Manifest;
import dev.berth.image.oci.Platform;
import dev.berth.image.record.StorePaths;
import dev.berth.image.registry.ManifestDocument;
import dev.berth.image.registry.RegistrySession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The way from a reference to an image's manifest and config, each document checked before the next is asked for. */
final class Resolution {
    /** Indexes in indexes are allowed, and nobody needs more of them. */
    private static final int DEEPEST = 4;

    private final RegistrySession session;
    private final StorePaths paths;
    private final PullRequest request;
    private final Platform platform;
    private final Map<Digest, byte[]> documents = new LinkedHashMap<>();

    Resolution(RegistrySession session, StorePaths paths, PullRequest request) {
        this.session = session;
        this.paths = paths;
        this.request = request;
        this.platform = request.platform();
    }

    /** The images tell whether what the reference means may be here already. */
    PullAssignment resolve(Images images) throws IOException, InterruptedException {
        var named = images.hasSome(request.reference()) ? session.manifest(this::stored) : session.manifest();
        var digest = named.digest();
        var document = parse(named, "");
        for (var depth = 0; document instanceof Index index; depth++) {
            if (depth == DEEPEST) {
                throw DocumentException.unsupported("index " + named.digest() + " holds indexes too deeply");
            }
            var chosen = select(index);
            digest = chosen.digest();
            document = parse(manifest(chosen.digest()), chosen.mediaType());
        }
        var manifest = (Manifest) document;
        var config = config(manifest.config());
        check(manifest, config);
        return new PullAssignment(
                named.digest(),
                manifest,
                config,
                documents,
                length(digest) + length(manifest.config().digest()));
    }

    private long length(Digest document) {
        return documents.getOrDefault(document, new byte[0]).length;
    }

    /** What an index points to must be what the index calls it. */
    private ImageDocument parse(ManifestDocument served, String entryType) throws DocumentException {
        documents.put(served.digest(), served.bytes());
        return ImageDocument.parse(served.bytes(), served.contentType(), entryType);
    }

    private Descriptor select(Index index) throws DocumentException {
        return index.select(platform)
                .orElseThrow(() -> DocumentException.unsupported(
                        "the index has nothing for " + platform + "; it lists " + index.offer()));
    }

    private ManifestDocument manifest(Digest digest) throws IOException, InterruptedException {
        var stored = stored(digest);
        return stored.isPresent() ? new ManifestDocument(stored.get(), "", digest) : session.manifest(digest);
    }

    private ConfigDocument config(Descriptor descriptor) throws IOException, InterruptedException {
        if (descriptor.size() > RegistrySession.CONFIG_LIMIT) {
            throw DocumentException.unsupported("the image's config is larger than 4 MiB");
        }
        var stored = stored(descriptor.digest());
        var bytes = stored.isPresent() ? stored.get() : session.document(descriptor.digest());
        documents.put(descriptor.digest(), bytes);
        return ConfigDocument.parse(bytes);
    }

    /** A document that an earlier pull brought, if it is still as it was. */
    private Optional<byte[]> stored(Digest digest) throws IOException {
        try {
            var bytes = Files.readAllBytes(paths.blob(digest));
            return Optional.of(bytes).filter(digest::isOf);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void check(Manifest manifest, ConfigDocument config) throws DocumentException {
        if (manifest.layers().size() != config.diffIds().size()) {
            throw DocumentException.unsupported(
                    "the manifest has " + manifest.layers().size() + " layers and the config "
                            + config.diffIds().size());
        }
        if (!platform.runs(config.config().platform())) {
            throw DocumentException.unsupported(
                    "the image is made for " + config.config().platform() + ", not for " + platform);
        }
        for (var layer : manifest.layers()) {
            if (layer.mediaType().contains("foreign") || layer.mediaType().contains("nondistributable")) {
                throw DocumentException.unsupported("layer " + layer.digest() + " is not to be had from registries");
            }
            if (layer.mediaType().endsWith("+encrypted")) {
                throw DocumentException.unsupported("layer " + layer.digest() + " is encrypted");
            }
        }
    }
}
