package dev.berth.cri.door.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The result of a CNI ADD as containerd shows it: its interfaces by name, each with its addresses. */
final class NetworkResult {
    private NetworkResult() {}

    static ObjectNode of(JsonNode result) {
        var shown = JsonNodeFactory.instance.objectNode();
        var interfaces = shown.putObject("Interfaces");
        int number = 0;
        for (JsonNode each : result.path("interfaces")) {
            var one = interfaces.putObject(each.path("name").asText());
            addresses(result, number++, one);
            one.put("Mac", each.path("mac").asText());
            one.put("Sandbox", each.path("sandbox").asText());
        }
        shown.putArray("DNS").add(result.path("dns").isObject() ? result.path("dns") : shown.objectNode());
        shown.set("Routes", result.path("routes").isArray() ? result.path("routes") : shown.nullNode());
        return shown;
    }

    private static void addresses(JsonNode result, int number, ObjectNode shown) {
        var configs = JsonNodeFactory.instance.arrayNode();
        for (JsonNode each : result.path("ips")) {
            if (each.path("interface").asInt(-1) == number) {
                configs.addObject()
                        .put("IP", each.path("address").asText().replaceFirst("/.*", ""))
                        .put("Gateway", each.path("gateway").asText());
            }
        }
        shown.set("IPConfigs", configs.isEmpty() ? configs.nullNode() : configs);
    }
}
