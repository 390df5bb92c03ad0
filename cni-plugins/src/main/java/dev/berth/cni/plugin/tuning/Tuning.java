package dev.berth.cni.plugin.tuning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.plugin.Invocation;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Properties of an interface that the tuning plugin sets, or that it found and will put back. */
record Tuning(
        Optional<MacAddress> mac,
        Optional<Boolean> promiscuous,
        OptionalInt mtu,
        Optional<Boolean> allMulticast,
        OptionalInt queueLength) {
    static Tuning parse(JsonNode config, Invocation invocation) {
        JsonNode overriding = config.path("args").path("cni");
        return new Tuning(
                Json.optionalText(overriding, "mac")
                        .or(() -> Json.optionalText(config.path("runtimeConfig"), "mac"))
                        .or(() -> invocation.argument("MAC"))
                        .or(() -> Json.optionalText(config, "mac"))
                        .map(text -> new MacAddress(text.toLowerCase(Locale.ROOT))),
                flag(config, overriding, "promisc").filter(on -> on),
                number(config, overriding, "mtu"),
                flag(config, overriding, "allmulti"),
                number(config, overriding, "txQLen"));
    }

    private static Optional<Boolean> flag(JsonNode config, JsonNode overriding, String key) {
        JsonNode value = overriding.has(key) ? overriding.get(key) : config.path(key);
        return value.isBoolean() ? Optional.of(value.asBoolean()) : Optional.empty();
    }

    private static OptionalInt number(JsonNode config, JsonNode overriding, String key) {
        int value = (overriding.has(key) ? overriding.get(key) : config.path(key)).asInt(0);
        if (value < 0) {
            throw new IllegalArgumentException("tuning: " + key + " " + value + " is negative");
        }
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    boolean changesNothing() {
        return mac.isEmpty()
                && promiscuous.isEmpty()
                && mtu.isEmpty()
                && allMulticast.isEmpty()
                && queueLength.isEmpty();
    }

    /** The same properties as the interface has them now. */
    Tuning of(Link link) {
        return new Tuning(
                mac.flatMap(_ -> link.mac()),
                promiscuous.map(_ -> link.promiscuous()),
                mtu.isPresent() ? OptionalInt.of(link.mtu()) : mtu,
                allMulticast.map(_ -> link.allMulticast()),
                queueLength.isPresent() ? OptionalInt.of(link.queueLength()) : queueLength);
    }

    RouteBatch changes(String name) {
        RouteBatch batch = new RouteBatch();
        mac.ifPresent(address -> batch.hardwareAddress(name, address));
        promiscuous.ifPresent(on -> batch.promiscuous(name, on));
        mtu.ifPresent(bytes -> batch.mtu(name, bytes));
        allMulticast.ifPresent(on -> batch.allMulticast(name, on));
        queueLength.ifPresent(packets -> batch.queueLength(name, packets));
        return batch;
    }

    /** As the reference plugin keeps it. */
    ObjectNode document() {
        ObjectNode document = Json.object();
        mac.ifPresent(address -> document.put("mac", address.text()));
        promiscuous.ifPresent(on -> document.put("promisc", on));
        mtu.ifPresent(bytes -> document.put("mtu", bytes));
        allMulticast.ifPresent(on -> document.put("allmulti", on));
        queueLength.ifPresent(packets -> document.put("txQLen", packets));
        return document;
    }

    static Tuning restored(JsonNode document) {
        JsonNode none = Json.object();
        return new Tuning(
                Json.optionalText(document, "mac").map(MacAddress::new),
                flag(document, none, "promisc"),
                number(document, none, "mtu"),
                flag(document, none, "allmulti"),
                number(document, none, "txQLen"));
    }
}
