package dev.berth.image;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.luben.zstd.Zstd;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An image in memory: its blobs and its manifest, to be served or pushed by a test. */
public final class TestImage {
    public static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    public static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
    private static final JsonMapper MAPPER = new JsonMapper();

    public final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    public final byte[] manifest;
    public final Digest config;

    private TestImage(List<Layer> layers, Map<String, ?> settings) {
        this(layers, settings, Digest.of(new byte[0]));
    }

    private TestImage(List<Layer> layers, Map<String, ?> settings, Digest like) {
        var diffIds = new ArrayList<String>();
        var descriptors = new ArrayList<Map<String, ?>>();
        for (var layer : layers) {
            diffIds.add(like.likewise(layer.archive).toString());
            descriptors.add(descriptor(layer.type, layer.blob, like));
            blobs.put(like.likewise(layer.blob), layer.blob);
        }
        var host = Platform.host();
        var document = json(Map.of(
                "os", host.os(),
                "architecture", host.architecture(),
                "config", settings,
                "rootfs", Map.of("type", "layers", "diff_ids", diffIds)));
        config = like.likewise(document);
        blobs.put(config, document);
        manifest = json(Map.of(
                "schemaVersion",
                2,
                "mediaType",
                MANIFEST_TYPE,
                "config",
                descriptor("application/vnd.oci.image.config.v1+json", document, like),
                "layers",
                descriptors));
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes to be served, never compared
    public record Layer(byte[] archive, byte[] blob, String type) {
        public static Layer gzip(byte[] archive) {
            return new Layer(archive, gzipped(archive), "application/vnd.oci.image.layer.v1.tar+gzip");
        }

        public static Layer zstd(byte[] archive) {
            return new Layer(archive, Zstd.compress(archive), "application/vnd.oci.image.layer.v1.tar+zstd");
        }

        public static Layer plain(byte[] archive) {
            return new Layer(archive, archive, "application/vnd.oci.image.layer.v1.tar");
        }
    }

    public static TestImage of(Layer... layers) {
        return new TestImage(
                List.of(layers),
                Map.of("Cmd", List.of("/bin/sh"), "Env", List.of("PATH=/bin"), "Labels", Map.of("a", "b")));
    }

    public static TestImage labelled(Map<String, String> labels, Layer... layers) {
        return configured(Map.of("Labels", labels), layers);
    }

    /** With all digests of the algorithm of another one. */
    public static TestImage digested(Digest like, Layer... layers) {
        return new TestImage(List.of(layers), Map.of(), like);
    }

    public static TestImage configured(Map<String, ?> config, Layer... layers) {
        return new TestImage(List.of(layers), config);
    }

    /** An index of this image and of one for a platform that nobody has. */
    public byte[] index() {
        var host = Platform.host();
        var mine = new LinkedHashMap<String, Object>(descriptor(MANIFEST_TYPE, manifest));
        mine.put("platform", Map.of("os", host.os(), "architecture", host.architecture()));
        var other = new LinkedHashMap<String, Object>(descriptor(MANIFEST_TYPE, new byte[] {1}));
        other.put("platform", Map.of("os", "plan9", "architecture", "mips"));
        return json(Map.of("schemaVersion", 2, "mediaType", INDEX_TYPE, "manifests", List.of(other, mine)));
    }

    public static Map<String, ?> descriptor(String type, byte[] content) {
        return descriptor(type, content, Digest.of(new byte[0]));
    }

    private static Map<String, ?> descriptor(String type, byte[] content, Digest like) {
        return Map.of("mediaType", type, "digest", like.likewise(content).toString(), "size", content.length);
    }

    public static byte[] json(Object document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] gzipped(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
