package dev.berth.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** An image's configuration document: how to run it, and the digests of its layers' archives, lowest first. */
public record ConfigDocument(ImageConfig config, List<Digest> diffIds) {
    /** The configs of all images stay in memory. */
    private static final int MOST_KEPT = 256 << 10;

    public ConfigDocument {
        diffIds = List.copyOf(diffIds);
    }

    public static ConfigDocument parse(byte[] bytes) throws DocumentException {
        var document = JsonDocument.parse(bytes);
        if (!document.path("rootfs").path("diff_ids").isArray()) {
            throw DocumentException.unsupported("has no rootfs.diff_ids: this is not a container image");
        }
        var diffIds = new ArrayList<Digest>();
        for (var text : JsonDocument.texts(document.path("rootfs"), "diff_ids")) {
            diffIds.add(JsonDocument.digest(text));
        }
        var config = config(document, document.path("config"));
        if (config.weight() > MOST_KEPT) {
            throw DocumentException.unsupported(
                    "the config's environment, commands, volumes and ports take %d bytes together; the limit is %d"
                            .formatted(config.weight(), MOST_KEPT));
        }
        return new ConfigDocument(config, diffIds);
    }

    private static ImageConfig config(JsonNode document, JsonNode config) throws DocumentException {
        return new ImageConfig(
                JsonDocument.text(config, "User"),
                JsonDocument.keys(config, "ExposedPorts"),
                JsonDocument.texts(config, "Env"),
                JsonDocument.command(config, "Entrypoint"),
                JsonDocument.command(config, "Cmd"),
                JsonDocument.text(config, "WorkingDir"),
                JsonDocument.keys(config, "Volumes"),
                JsonDocument.text(config, "StopSignal"),
                platform(document),
                JsonDocument.text(document, "created"));
    }

    /** An image that does not say is taken to be for this host. */
    private static Platform platform(JsonNode document) throws DocumentException {
        var os = JsonDocument.text(document, "os");
        var architecture = JsonDocument.text(document, "architecture");
        return os.isEmpty() || architecture.isEmpty()
                ? Platform.host()
                : Platform.of(os, architecture, JsonDocument.text(document, "variant"));
    }

    /** The names of the layers with all that is below them (OCI image specification, ChainID), lowest first. */
    public List<Digest> chainIds() {
        var chain = new ArrayList<Digest>();
        for (var diffId : diffIds) {
            chain.add(chain.isEmpty() ? diffId : Digest.of(chain.getLast() + " " + diffId));
        }
        return chain;
    }
}
