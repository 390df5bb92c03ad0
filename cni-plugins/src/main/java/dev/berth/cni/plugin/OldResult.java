package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.document.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A result as CNI 0.1.0 and 0.2.0 write it: one address of each family with its routes, and no interfaces. */
final class OldResult {
    private static final List<String> FAMILIES = List.of("ip4", "ip6");

    private OldResult() {}

    static boolean is(JsonNode document) {
        return FAMILIES.stream().anyMatch(document::has);
    }

    static PluginResult parse(JsonNode document) {
        List<PluginResult.Address> addresses = new ArrayList<>();
        List<PluginResult.Destination> routes = new ArrayList<>();
        for (String family : FAMILIES) {
            JsonNode each = document.path(family);
            Json.optionalText(each, "ip").ifPresent(address -> addresses.add(address(address, each)));
            each.path("routes").forEach(route -> routes.add(PluginResult.destination(route)));
        }
        return new PluginResult(List.of(), addresses, routes, document.path("dns"));
    }

    private static PluginResult.Address address(String address, JsonNode family) {
        Optional<String> gateway = Json.optionalText(family, "gateway");
        return new PluginResult.Address(Cidr.parse(address), gateway.map(Cidr::addressOf), OptionalInt.empty());
    }

    /** What the old form has no place for is left out, as libcni does. */
    static ObjectNode document(PluginResult result, CniVersion version) {
        ObjectNode document = Json.object().put("cniVersion", version.text());
        for (PluginResult.Address address : result.addresses()) {
            String family = family(address.cidr());
            if (!document.has(family)) {
                write(address, document.putObject(family));
            }
        }
        for (PluginResult.Destination route : result.routes()) {
            if (document.path(family(route.target())) instanceof ObjectNode family) {
                write(route, family);
            }
        }
        document.set("dns", result.dns().isObject() ? result.dns() : Json.object());
        return document;
    }

    private static String family(Cidr cidr) {
        return FAMILIES.get(cidr.ipv4() ? 0 : 1);
    }

    private static void write(PluginResult.Address address, ObjectNode family) {
        family.put("ip", address.cidr().toString());
        address.gateway().ifPresent(gateway -> family.put("gateway", Cidr.text(gateway)));
    }

    private static void write(PluginResult.Destination route, ObjectNode family) {
        ObjectNode node = family.withArrayProperty("routes").addObject();
        node.put("dst", route.target().toString());
        route.gateway().ifPresent(gateway -> node.put("gw", Cidr.text(gateway)));
    }
}
