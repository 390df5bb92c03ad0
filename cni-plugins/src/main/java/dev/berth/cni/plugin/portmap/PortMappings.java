package dev.berth.cni.plugin.portmap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.document.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How port mappings are spelled in a plugin's configuration: the value of the capability {@code portMappings}. */
public final class PortMappings {
    private PortMappings() {}

    static List<PortMapping> configured(ObjectNode config) {
        List<PortMapping> mappings = new ArrayList<>();
        for (JsonNode each : config.path("runtimeConfig").path("portMappings")) {
            if (each.path("hostPort").asInt(0) > 0) {
                mappings.add(mapping(each));
            }
        }
        return mappings;
    }

    private static PortMapping mapping(JsonNode each) {
        String protocol = Json.optionalText(each, "protocol").orElse("tcp").toLowerCase(Locale.ROOT);
        return new PortMapping(
                PortMapping.Protocol.of(protocol),
                each.path("hostPort").asInt(),
                each.path("containerPort").asInt(),
                Json.optionalText(each, "hostIP").map(Cidr::addressOf));
    }

    public static JsonNode document(List<PortMapping> mappings) {
        var array = Json.object().putArray("portMappings");
        for (PortMapping mapping : mappings) {
            ObjectNode node = array.addObject().put("hostPort", mapping.hostPort());
            node.put("containerPort", mapping.containerPort())
                    .put("protocol", mapping.protocol().text());
            mapping.hostAddress().ifPresent(address -> node.put("hostIP", Cidr.text(address)));
        }
        return array;
    }
}
