package dev.berth.cni.attachment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.network.NetworkConfig;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.PluginResult;
import java.io.IOException;
import java.util.Optional;

/**
 * What is remembered of an ADD, so that its DEL is the same whatever changes in between.
 *
 * @param builtin whether built-in plugins were preferred
 * @param leaving whether its DEL has begun: from then on nothing of it is put back
 * @param result empty while the ADD is under way, or when it did not come to its end
 */
public record AttachmentRecord(
        String sandboxId,
        String interfaceName,
        String arguments,
        boolean builtin,
        ObjectNode network,
        ObjectNode capabilityArguments,
        boolean leaving,
        Optional<ObjectNode> result) {
    static AttachmentRecord parse(ObjectNode document, String subject) throws IOException {
        if (!(document.path("network") instanceof ObjectNode network)
                || !(document.path("capabilityArgs") instanceof ObjectNode capabilities)) {
            throw new IOException(subject + ": not a remembered attachment");
        }
        return new AttachmentRecord(
                Names.requireContainerId(Json.text(document, "containerId")),
                Names.requireInterface(Json.text(document, "ifName")),
                Json.text(document, "cniArgs"),
                document.path("builtin").asBoolean(true),
                network,
                capabilities,
                document.path("leaving").asBoolean(false),
                document.path("result") instanceof ObjectNode result ? Optional.of(result) : Optional.empty());
    }

    /** Stands for a file that a power failure emptied or garbled: the sandbox was attached, nothing else is known. */
    static AttachmentRecord lost(String sandboxId) {
        return new AttachmentRecord(sandboxId, "eth0", "", true, Json.object(), Json.object(), false, Optional.empty());
    }

    ObjectNode document() {
        ObjectNode document = Json.object().put("containerId", sandboxId).put("ifName", interfaceName);
        document.put("cniArgs", arguments).put("builtin", builtin).put("leaving", leaving);
        document.set("network", network);
        document.set("capabilityArgs", capabilityArguments);
        result.ifPresent(present -> document.set("result", present));
        return document;
    }

    public AttachmentRecord with(ObjectNode finished) {
        return new AttachmentRecord(
                sandboxId,
                interfaceName,
                arguments,
                builtin,
                network,
                capabilityArguments,
                leaving,
                Optional.of(finished));
    }

    AttachmentRecord asLeaving() {
        return new AttachmentRecord(
                sandboxId, interfaceName, arguments, builtin, network, capabilityArguments, true, result);
    }

    /** The network as it was configured at the ADD; empty if that is lost. */
    public Optional<NetworkConfig> config() throws IOException {
        return network.isEmpty()
                ? Optional.empty()
                : Optional.of(NetworkConfig.parse(network, "remembered network of sandbox " + sandboxId));
    }

    public Invocation invocation(Optional<String> netnsPath) {
        return new Invocation(sandboxId, netnsPath, interfaceName, arguments);
    }

    public Optional<Attachment> attachment() {
        return result.map(document -> new Attachment(
                sandboxId,
                Json.text(network, "name"),
                interfaceName,
                PluginResult.parse(document).podAddresses(),
                document.toString()));
    }
}
