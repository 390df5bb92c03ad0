package dev.berth.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What iproute2 shows of one namespace, one line an object, without what differs between any two runs. */
final class NetworkState {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> KEPT =
            Set.of("ifname flags mtu qdisc group master promiscuity address info_kind info_slave_kind".split(" "));
    private static final Set<String> KEPT_OF_PORTS =
            Set.of("hairpin isolated learning flood guard vlan_filtering state".split(" "));
    private static final Set<String> RANDOM =
            Set.of("handle ifindex link_index preferred_life_time valid_life_time bytes packets tentative nodad refcnt"
                    .split(" "));

    private final String netnsPath;
    private final Map<String, String> lines = new TreeMap<>();

    private NetworkState(String netnsPath) {
        this.netnsPath = netnsPath;
    }

    static Map<String, String> of(String label, String netnsPath, List<String> settings) throws IOException {
        NetworkState state = new NetworkState(netnsPath);
        state.read(label);
        for (String setting : settings) {
            String file = "/proc/sys/net/" + setting;
            state.lines.put(
                    label + " " + setting,
                    state.run("sh", "-c", "cat " + file + " 2>&1").strip());
        }
        return state.lines;
    }

    private void read(String label) throws IOException {
        links(label + " link", json("ip", "-j", "-d", "link"));
        for (JsonNode link : json("ip", "-j", "addr")) {
            for (JsonNode address : link.path("addr_info")) {
                add(label + " addr", stripped((ObjectNode) address, text(link, "ifname")));
            }
        }
        for (String family : List.of("-4", "-6")) {
            for (JsonNode route : json("ip", family, "-j", "-d", "route", "show", "table", "all")) {
                add(label + " route" + family, stripped((ObjectNode) route, ""));
            }
            for (JsonNode rule : json("ip", family, "-j", "rule")) {
                add(label + " rule" + family, stripped((ObjectNode) rule, ""));
            }
        }
        for (String kind : List.of("qdisc", "filter")) {
            for (JsonNode link : json("ip", "-j", "link")) {
                String name = text(link, "ifname");
                List<String> parents = kind.equals("filter") ? List.of("root", "ingress") : List.of("");
                for (String parent : parents) {
                    String words = "tc -j " + kind + " show dev " + name + " " + parent;
                    for (JsonNode each : json(words.strip().split(" "))) {
                        add(label + " tc " + kind, stripped((ObjectNode) each, name));
                    }
                }
            }
        }
        // others are learnt from traffic and forgotten
        for (JsonNode neighbour : json("ip", "-j", "neigh", "show", "nud", "permanent")) {
            add(label + " neighbour", stripped((ObjectNode) neighbour, ""));
        }
        for (JsonNode vlan : json("bridge", "-j", "vlan")) {
            add(label + " vlan", stripped((ObjectNode) vlan, ""));
        }
    }

    private void links(String label, JsonNode links) {
        for (JsonNode link : links) {
            ObjectNode kept = MAPPER.createObjectNode();
            for (var field : link.properties()) {
                if (KEPT.contains(field.getKey())) {
                    kept.set(field.getKey(), field.getValue());
                }
            }
            JsonNode details = link.path("linkinfo");
            kept.put("kind", text(details, "info_kind"));
            for (String from : List.of("info_slave_data", "info_data")) {
                for (var field : details.path(from).properties()) {
                    if (KEPT_OF_PORTS.contains(field.getKey())) {
                        kept.set(field.getKey(), field.getValue());
                    }
                }
            }
            add(label, kept);
        }
    }

    private ObjectNode stripped(ObjectNode node, String device) {
        ObjectNode kept = MAPPER.createObjectNode();
        if (!device.isEmpty()) {
            kept.put("on", device);
        }
        for (var field : node.properties()) {
            if (!RANDOM.contains(field.getKey()) || text(field.getValue(), "").startsWith("1:")) {
                kept.set(field.getKey(), field.getValue());
            }
        }
        return kept;
    }

    private void add(String label, ObjectNode object) {
        String line = normalised(object.toString());
        boolean late = line.contains("LINKLOCAL") || line.contains("\"table\":\"local\"");
        if (late && !label.endsWith("route-4")) {
            return; // comes by itself, when duplicate address detection begins or ends
        }
        String key = label + " " + line;
        for (int twin = 2; lines.containsKey(key); twin++) {
            key = label + " " + line + " #" + twin;
        }
        lines.put(key, "");
    }

    /** Random names and hardware addresses, and the addresses that follow from them. */
    static String normalised(String text) {
        return text.replaceAll("\"NO-CARRIER\",|\"linkdown\"", "")
                .replaceAll("\"veth[0-9a-f]+\"", "\"VETH\"")
                .replaceAll("\"bwp[0-9a-f]+\"", "\"IFB\"")
                .replaceAll("fe80::[0-9a-f:]+", "LINKLOCAL")
                .replaceAll("ff02::1:ff[0-9a-f:]+", "SOLICITED")
                .replaceAll("\"(?!02:00:5e|ff:ff)[0-9a-f]{2}(:[0-9a-f]{2}){5}\"", "\"MAC\"");
    }

    private static String text(JsonNode node, String key) {
        return key.isEmpty() ? node.asText("") : node.path(key).asText("");
    }

    private JsonNode json(String... command) throws IOException {
        String output = run(command).strip();
        return output.isEmpty() ? MAPPER.createArrayNode() : flat(MAPPER.readTree(output));
    }

    private static ArrayNode flat(JsonNode list) {
        ArrayNode objects = MAPPER.createArrayNode();
        for (JsonNode each : list) {
            if (!each.isEmpty()) {
                objects.add(each);
            }
        }
        return objects;
    }

    private String run(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + netnsPath, "--"));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", Locale.ROOT.toString());
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
