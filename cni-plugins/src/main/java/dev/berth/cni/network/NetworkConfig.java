package dev.berth.cni.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.plugin.CniVersion;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network as an administrator describes it: a chain of plugins (CNI spec, section 1).
 *
 * @param checks whether the runtime may run CHECK on it
 * @param collects whether the runtime may run GC on it
 * @param document the whole configuration list
 */
public record NetworkConfig(
        String name,
        CniVersion version,
        boolean checks,
        boolean collects,
        List<PluginConfig> plugins,
        ObjectNode document) {
    static final int PLUGIN_LIMIT = 64;

    /** The type of the port mapping that Berth adds by itself: built in, whatever program is there for "portmap". */
    public static final String OWN_PORTMAP = "berth-portmap";

    private static final String PORT_MAPPINGS = "portMappings";

    public NetworkConfig {
        plugins = List.copyOf(plugins);
    }

    /** Reads a configuration list, or a configuration of one plugin as the list of that one. */
    public static NetworkConfig parse(ObjectNode document, String subject) throws IOException {
        try {
            return document.has("plugins") ? list(document) : list(single(document));
        } catch (IllegalArgumentException e) {
            throw new IOException(subject + ": " + Reason.of(e), e);
        }
    }

    /** Whether one of the plugins is told which ports of the host a pod asks for. */
    boolean publishes() {
        return plugins.stream()
                .map(plugin -> plugin.document().path("capabilities").path(PORT_MAPPINGS))
                .anyMatch(capability -> capability.asBoolean(false));
    }

    /** The same network with Berth's own port mapping as the last plugin. */
    NetworkConfig publishing() {
        ObjectNode extended = document.deepCopy();
        ObjectNode portmap = extended.withArrayProperty("plugins").addObject().put("type", OWN_PORTMAP);
        portmap.putObject("capabilities").put(PORT_MAPPINGS, true);
        List<PluginConfig> longer = new ArrayList<>(plugins);
        longer.add(PluginConfig.parse(portmap));
        return new NetworkConfig(name, version, checks, collects, longer, extended);
    }

    private static ObjectNode single(ObjectNode plugin) {
        ObjectNode list = Json.object();
        for (String key : List.of("cniVersion", "name")) {
            plugin.optional(key).ifPresent(value -> list.set(key, value));
        }
        list.putArray("plugins").add(plugin);
        return list;
    }

    private static NetworkConfig list(ObjectNode document) {
        String name = Names.requireNetwork(Json.text(document, "name"));
        List<PluginConfig> plugins = new ArrayList<>();
        for (JsonNode plugin : document.path("plugins")) {
            plugins.add(PluginConfig.parse(plugin));
        }
        // beside those of the administrator one of Berth's own
        if (plugins.isEmpty() || plugins.size() > PLUGIN_LIMIT + 1) {
            throw new IllegalArgumentException(plugins.size() + " plugins, expected 1 to " + PLUGIN_LIMIT);
        }
        boolean checks = !document.path("disableCheck").asBoolean(false);
        boolean collects = !document.path("disableGC").asBoolean(false);
        return new NetworkConfig(name, version(document), checks, collects, plugins, document);
    }

    /** The newest that we know of those offered: {@code cniVersions} since 1.1.0, else {@code cniVersion}, which may be missing. */
    private static CniVersion version(ObjectNode document) {
        List<String> offered = new ArrayList<>(Json.texts(document.path("cniVersions")));
        Json.optionalText(document, "cniVersion").ifPresent(offered::add);
        return offered.isEmpty() ? CniVersion.unnamed() : newest(offered);
    }

    private static CniVersion newest(List<String> offered) {
        return offered.stream()
                .map(CniVersion::of)
                .flatMap(Optional::stream)
                .max(CniVersion::compareTo)
                .orElseThrow(() -> new IllegalArgumentException("cniVersion " + String.join(", ", offered)
                        + " is not supported, expected one of " + CniVersion.known()));
    }
}
