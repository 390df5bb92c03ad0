package dev.berth.cni.plugin.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.plugin.CniVersion;
import dev.berth.cni.plugin.Invocation;
import dev.berth.linux.net.MacAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The bridge plugin's part of a configuration. */
record BridgeConfig(
        CniVersion version,
        String network,
        String bridge,
        boolean gateway,
        boolean defaultGateway,
        boolean forceAddress,
        boolean keepGateways,
        boolean masquerade,
        int mtu,
        boolean hairpin,
        boolean promiscuous,
        boolean isolated,
        PortVlans vlans,
        Optional<MacAddress> mac,
        Optional<String> ipam,
        ObjectNode document) {
    /** Keys of the reference plugin that only its binary does. */
    private static final Set<String> LEFT_TO_BINARY = Set.of("macspoofchk", "enabledad", "disableContainerInterface");

    BridgeConfig {
        if (hairpin && promiscuous) {
            throw new IllegalArgumentException("bridge: hairpinMode and promiscMode exclude each other");
        }
        if (mtu < 0 || mtu > 65535) {
            throw new IllegalArgumentException("bridge: mtu " + mtu + " is outside 0-65535");
        }
    }

    static BridgeConfig parse(ObjectNode config, Invocation invocation) {
        boolean isDefaultGateway = flag(config, "isDefaultGateway");
        return new BridgeConfig(
                CniVersion.of(Json.text(config, "cniVersion")).orElseThrow(),
                Names.requireNetwork(Json.text(config, "name")),
                Names.requireInterface(Json.optionalText(config, "bridge").orElse("cni0")),
                isDefaultGateway || flag(config, "isGateway"),
                isDefaultGateway,
                flag(config, "forceAddress"),
                flag(config, "keepGateways"),
                flag(config, "ipMasq"),
                config.path("mtu").asInt(0),
                flag(config, "hairpinMode"),
                flag(config, "promiscMode"),
                flag(config, "portIsolation"),
                PortVlans.parse(config),
                mac(config, invocation),
                Json.optionalText(config.path("ipam"), "type"),
                config);
    }

    /** A key that is set and that the built-in plugin does not do. */
    static Optional<String> unsupported(JsonNode config) {
        return LEFT_TO_BINARY.stream()
                .filter(key -> config.path(key).asBoolean(false))
                .findFirst();
    }

    private static boolean flag(JsonNode config, String key) {
        return config.path(key).asBoolean(false);
    }

    /** In the order the reference plugin prefers: the runtime's, the arguments', CNI_ARGS. */
    private static Optional<MacAddress> mac(JsonNode config, Invocation invocation) {
        return Json.optionalText(config.path("runtimeConfig"), "mac")
                .or(() -> Json.optionalText(config.path("args").path("cni"), "mac"))
                .or(() -> invocation.argument("MAC"))
                .map(text -> new MacAddress(text.toLowerCase(Locale.ROOT)));
    }
}
