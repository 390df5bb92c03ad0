package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.document.Json;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What an ADD achieved (CNI spec, section 5). */
public record PluginResult(
        List<Interface> interfaces, List<Address> addresses, List<Destination> routes, JsonNode dns) {
    /**
     * A link that the plugin made or found.
     *
     * @param sandbox the namespace's path; empty for an interface of the host
     */
    public record Interface(String name, String mac, Optional<String> sandbox) {}

    /**
     * An address with the gateway of its subnet.
     *
     * @param interfaceIndex position in the list of interfaces
     */
    public record Address(Cidr cidr, Optional<InetAddress> gateway, OptionalInt interfaceIndex) {}

    /** Zero stands for what the kernel chooses. */
    public record Destination(
            Cidr target,
            Optional<InetAddress> gateway,
            int mtu,
            int advertisedMss,
            int metric,
            OptionalInt table,
            OptionalInt scope) {
        public Destination {
            if (scope.orElse(0) < 0 || scope.orElse(0) > 255) {
                throw new IllegalArgumentException(
                        "route " + target + " has the scope " + scope.orElse(0) + ", not 0-255");
            }
        }

        public static Destination through(Optional<InetAddress> gateway, Cidr target) {
            return new Destination(target, gateway, 0, 0, 0, OptionalInt.empty(), OptionalInt.empty());
        }
    }

    public PluginResult {
        interfaces = List.copyOf(interfaces);
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** Of any version. */
    public static PluginResult parse(JsonNode document) {
        if (OldResult.is(document)) {
            return OldResult.parse(document);
        }
        List<Interface> interfaces = new ArrayList<>();
        for (JsonNode each : document.path("interfaces")) {
            interfaces.add(
                    new Interface(Json.text(each, "name"), Json.text(each, "mac"), Json.optionalText(each, "sandbox")));
        }
        List<Address> addresses = new ArrayList<>();
        for (JsonNode each : document.path("ips")) {
            addresses.add(address(each));
        }
        List<Destination> routes = new ArrayList<>();
        for (JsonNode each : document.path("routes")) {
            routes.add(destination(each));
        }
        return new PluginResult(interfaces, addresses, routes, document.path("dns"));
    }

    private static Address address(JsonNode each) {
        return new Address(
                Cidr.parse(Json.text(each, "address")),
                Json.optionalText(each, "gateway").map(Cidr::addressOf),
                number(each, "interface"));
    }

    private static OptionalInt number(JsonNode node, String key) {
        JsonNode value = node.path(key);
        return value.isInt() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
    }

    public static Destination destination(JsonNode each) {
        return new Destination(
                Cidr.parse(Json.text(each, "dst")).network(),
                Json.optionalText(each, "gw").map(Cidr::addressOf),
                each.path("mtu").asInt(0),
                each.path("advmss").asInt(0),
                each.path("priority").asInt(0),
                number(each, "table"),
                number(each, "scope"));
    }

    /** The addresses inside the sandbox: those of its interfaces, or all when the plugin did not say. */
    public List<Cidr> podAddresses() {
        return addresses.stream().filter(this::insideSandbox).map(Address::cidr).toList();
    }

    private boolean insideSandbox(Address address) {
        int index = address.interfaceIndex().orElse(-1);
        return index < 0
                || index >= interfaces.size()
                || interfaces.get(index).sandbox().isPresent();
    }

    public List<Cidr> addressesOn(int interfaceIndex) {
        return addresses.stream()
                .filter(address -> address.interfaceIndex().orElse(-1) == interfaceIndex)
                .map(Address::cidr)
                .toList();
    }

    public List<String> hostInterfaces() {
        return interfaces.stream()
                .filter(each -> each.sandbox().isEmpty())
                .map(Interface::name)
                .toList();
    }

    /** With the interfaces of a link: every address is on the one inside the sandbox. */
    public PluginResult on(List<Interface> made, int inside) {
        List<Address> placed = addresses.stream()
                .map(address -> new Address(address.cidr(), address.gateway(), OptionalInt.of(inside)))
                .toList();
        return new PluginResult(made, placed, routes, dns);
    }

    /** The DNS settings of a plugin's configuration go before those of its IPAM plugin. */
    public PluginResult withDns(JsonNode configured) {
        return configured.isEmpty() ? this : new PluginResult(interfaces, addresses, routes, configured);
    }

    public ObjectNode document(CniVersion version) {
        return version.listsAddresses() ? lists(version) : OldResult.document(this, version);
    }

    private ObjectNode lists(CniVersion version) {
        ObjectNode document = Json.object().put("cniVersion", version.text());
        if (!interfaces.isEmpty()) {
            interfaces.forEach(each -> write(each, document.withArrayProperty("interfaces")));
        }
        addresses.forEach(each -> write(each, version, document.withArrayProperty("ips")));
        routes.forEach(each -> write(each, document.withArrayProperty("routes")));
        document.set("dns", dns.isObject() ? dns : Json.object());
        return document;
    }

    private static void write(Interface each, ArrayNode interfaces) {
        ObjectNode node = interfaces.addObject().put("name", each.name()).put("mac", each.mac());
        each.sandbox().ifPresent(path -> node.put("sandbox", path));
    }

    private static void write(Address each, CniVersion version, ArrayNode ips) {
        ObjectNode node = ips.addObject();
        if (version.numbersAddresses()) {
            node.put("version", each.cidr().ipv4() ? "4" : "6");
        }
        each.interfaceIndex().ifPresent(index -> node.put("interface", index));
        node.put("address", each.cidr().toString());
        each.gateway().ifPresent(gateway -> node.put("gateway", Cidr.text(gateway)));
    }

    private static void write(Destination each, ArrayNode routes) {
        ObjectNode node = routes.addObject().put("dst", each.target().toString());
        each.gateway().ifPresent(gateway -> node.put("gw", Cidr.text(gateway)));
        positive(node, "mtu", each.mtu());
        positive(node, "advmss", each.advertisedMss());
        positive(node, "priority", each.metric());
        each.table().ifPresent(table -> node.put("table", table));
        each.scope().ifPresent(scope -> node.put("scope", scope));
    }

    private static void positive(ObjectNode node, String key, int value) {
        if (value > 0) {
            node.put(key, value);
        }
    }
}
