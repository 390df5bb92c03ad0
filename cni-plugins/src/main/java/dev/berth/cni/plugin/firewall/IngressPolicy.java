package dev.berth.cni.plugin.firewall;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cni.document.Json;

/** From where the firewall plugin lets packets reach the sandboxes of a bridge. */
enum IngressPolicy {
    OPEN,
    /** Not from those of other bridges under the same policy. */
    SAME_BRIDGE;

    static IngressPolicy parse(JsonNode config) {
        String policy = Json.optionalText(config, "ingressPolicy").orElse("open");
        return switch (policy) {
            case "open" -> OPEN;
            case "same-bridge" -> SAME_BRIDGE;
            default ->
                throw new IllegalArgumentException(
                        "firewall: ingressPolicy \"" + policy + "\" is neither open nor same-bridge");
        };
    }
}
