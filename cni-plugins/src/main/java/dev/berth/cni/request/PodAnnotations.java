package dev.berth.cni.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.address.RangeSet;
import dev.berth.cni.document.Json;
import dev.berth.linux.net.MacAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a pod asks of its network by annotations, as capability arguments. They reach a plugin only where the network's
 * configuration gives it the capability.
 */
record PodAnnotations(Map<String, String> annotations) {
    private static final String INGRESS = "kubernetes.io/ingress-bandwidth";
    private static final String EGRESS = "kubernetes.io/egress-bandwidth";
    private static final String IPS = "cni.berth.dev/ips";
    private static final String MAC = "cni.berth.dev/mac";
    private static final String IP_RANGES = "cni.berth.dev/ip-ranges";
    private static final String ALIASES = "cni.berth.dev/aliases";
    private static final String ALL = "io.kubernetes.cri.pod-annotations";

    /** As much as the plugin takes: the rate is the limit, not the amount sent at once. Bits. */
    private static final long BURST = 0xffff_ffffL;

    /** Throws IllegalArgumentException, naming the annotation, for a value that cannot be meant. */
    void addTo(ObjectNode capabilities) {
        value(INGRESS).ifPresent(text -> rate(capabilities, "ingress", INGRESS, text));
        value(EGRESS).ifPresent(text -> rate(capabilities, "egress", EGRESS, text));
        value(IPS).ifPresent(text -> ips(capabilities, text));
        value(MAC).ifPresent(text -> capabilities.put("mac", mac(text)));
        value(IP_RANGES).ifPresent(text -> capabilities.set("ipRanges", ranges(text)));
        value(ALIASES).ifPresent(text -> words(text).forEach(capabilities.withArrayProperty("aliases")::add));
        if (!annotations.isEmpty()) {
            ObjectNode all = capabilities.putObject(ALL);
            annotations.forEach(all::put);
        }
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(annotations.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static void rate(ObjectNode capabilities, String direction, String annotation, String text) {
        try {
            ObjectNode bandwidth = capabilities.withObjectProperty("bandwidth");
            bandwidth.put(direction + "Rate", Quantity.bandwidth(text)).put(direction + "Burst", BURST);
        } catch (IllegalArgumentException e) {
            throw wrong(annotation, e);
        }
    }

    private static void ips(ObjectNode capabilities, String text) {
        try {
            for (String word : words(text)) {
                String spelling = word.contains("/") ? Cidr.parse(word).toString() : Cidr.text(Cidr.addressOf(word));
                capabilities.withArrayProperty("ips").add(spelling);
            }
        } catch (IllegalArgumentException e) {
            throw wrong(IPS, e);
        }
    }

    private static String mac(String text) {
        try {
            return new MacAddress(text.toLowerCase(Locale.ROOT)).text();
        } catch (IllegalArgumentException e) {
            throw wrong(MAC, e);
        }
    }

    /** A list of sets of ranges, as host-local's configuration writes them. */
    private static com.fasterxml.jackson.databind.JsonNode ranges(String text) {
        try {
            var sets = Json.parse(("{\"sets\":" + text + "}").getBytes(StandardCharsets.UTF_8), "value")
                    .path("sets");
            sets.forEach(RangeSet::parse);
            return sets;
        } catch (IOException | IllegalArgumentException e) {
            throw wrong(IP_RANGES, e);
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static IllegalArgumentException wrong(String annotation, Exception cause) {
        return new IllegalArgumentException("annotation " + annotation + ": " + cause.getMessage(), cause);
    }
}
