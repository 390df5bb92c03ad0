package dev.berth.cni.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.network.NetworkConfig;
import dev.berth.cni.network.PluginConfig;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.PodNamespace;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** A network's plugins, run one after the other (CNI spec, section 3). */
public record Chain(NetworkConfig network, Plugins plugins, ObjectNode capabilityArguments) {
    public void admit(Invocation invocation) throws IOException {
        for (PluginConfig plugin : network.plugins()) {
            ObjectNode request = plugin.request(network, capabilityArguments);
            plugins.find(plugin.type(), request).admit(invocation, request);
        }
    }

    /** Each plugin gets the result of the one before; the last one's is the attachment's. */
    public ObjectNode add(Invocation invocation, PodNamespace pod) throws IOException, InterruptedException {
        Optional<ObjectNode> result = Optional.empty();
        for (PluginConfig plugin : network.plugins()) {
            ObjectNode request = plugin.request(network, capabilityArguments);
            result.ifPresent(previous -> request.set("prevResult", previous));
            result = Optional.of(plugins.find(plugin.type(), request).add(invocation, pod, request));
        }
        return result.orElseThrow();
    }

    /** In the order of ADD, each with the last plugin's result. The first failure ends it. */
    public void check(Invocation invocation, PodNamespace pod, ObjectNode result)
            throws IOException, InterruptedException {
        for (PluginConfig plugin : network.plugins()) {
            ObjectNode request = plugin.request(network, capabilityArguments);
            request.set("prevResult", result);
            plugins.find(plugin.type(), request).check(invocation, pod, request);
        }
    }

    public void restore(Invocation invocation, ObjectNode result) throws IOException, InterruptedException {
        for (PluginConfig plugin : network.plugins()) {
            ObjectNode request = plugin.request(network, capabilityArguments);
            request.set("prevResult", result);
            plugins.find(plugin.type(), request).restore(invocation, request);
        }
    }

    /** In reverse order. The first failure ends it; the whole is repeated later. */
    public void del(Invocation invocation, LinkRemoval removal, Optional<ObjectNode> result)
            throws IOException, InterruptedException {
        for (PluginConfig plugin : network.plugins().reversed()) {
            ObjectNode request = plugin.request(network, capabilityArguments);
            result.ifPresent(previous -> request.set("prevResult", previous));
            plugins.find(plugin.type(), request).del(invocation, removal, request);
        }
    }

    public void status() throws IOException, InterruptedException {
        for (PluginConfig plugin : network.plugins()) {
            ObjectNode request = plugin.request(network, capabilityArguments);
            plugins.find(plugin.type(), request).status(request);
        }
    }

    /** With the valid attachments under the spec's key and under the one that earlier runtimes used. */
    public void collect(Set<String> live, JsonNode validAttachments) throws IOException, InterruptedException {
        for (PluginConfig plugin : network.plugins()) {
            ObjectNode request = plugin.request(network, capabilityArguments);
            request.set("cni.dev/valid-attachments", validAttachments);
            request.set("cni.dev/attachments", validAttachments);
            plugins.find(plugin.type(), request).collect(live, request);
        }
    }
}
