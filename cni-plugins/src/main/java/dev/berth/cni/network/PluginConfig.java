package dev.berth.cni.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;

/** One plugin of a network's chain, as configured. */
public record PluginConfig(String type, ObjectNode document) {
    static PluginConfig parse(JsonNode plugin) {
        if (plugin instanceof ObjectNode document) {
            return new PluginConfig(Names.requirePluginType(Json.text(document, "type")), document);
        }
        throw new IllegalArgumentException("an element of \"plugins\" is not an object");
    }

    /** The document a plugin is given (CNI spec, section 4): the runtime's additions, without the capabilities' list. */
    public ObjectNode request(NetworkConfig network, ObjectNode capabilityArguments) {
        ObjectNode request = document.deepCopy();
        request.put("name", network.name());
        request.put("cniVersion", network.version().text());
        ObjectNode arguments = Json.object();
        for (var capability : request.path("capabilities").properties()) {
            JsonNode argument = capabilityArguments.get(capability.getKey());
            if (capability.getValue().asBoolean(false) && argument != null) {
                arguments.set(capability.getKey(), argument);
            }
        }
        request.remove("capabilities");
        if (!arguments.isEmpty()) {
            request.set("runtimeConfig", arguments);
        }
        return request;
    }
}
