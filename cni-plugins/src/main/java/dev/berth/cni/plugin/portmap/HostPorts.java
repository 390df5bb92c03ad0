package dev.berth.cni.plugin.portmap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.host.FilterTable;
import dev.berth.cni.host.SeenTable;
import dev.berth.cni.plugin.CniException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The host ports that lead into pods: elements of nftables maps that fixed rules look up. Each element's comment names
 * its sandbox, so the kernel's own tables say what belongs to whom.
 */
public final class HostPorts {
    /** One element of a map or set. */
    record Entry(String set, String key, String value, String owner) {
        boolean leadsTheSameWay(Entry other) {
            return set.equals(other.set) && key.equals(other.key) && value.equals(other.value);
        }

        String created() {
            String leadsTo = value.isEmpty() ? "" : " : " + value;
            String verb = value.isEmpty() ? "add" : "create";
            return verb + " element inet %s " + set + " { " + key + " comment \"" + owner + "\"" + leadsTo + " }\n";
        }

        String deleted() {
            return "delete element inet %s " + set + " { " + key + " }\n";
        }
    }

    private final FilterTable table;
    private final SeenTable declared;
    /** Between looking for conflicts and adding, nobody else may add. */
    private final ReentrantLock changing = new ReentrantLock();

    public HostPorts(FilterTable table) {
        this.table = table;
        this.declared = new SeenTable(table);
    }

    void requireFree(List<PortMapping> wanted, String owner) throws IOException {
        changing.lock();
        try {
            requireFree(wanted, owner, entries());
        } finally {
            changing.unlock();
        }
    }

    private static void requireFree(List<PortMapping> wanted, String owner, List<Entry> present) throws CniException {
        for (PortMapping mapping : wanted) {
            for (Entry entry : present) {
                if (!entry.owner().equals(owner) && HostPortKeys.collide(mapping, entry)) {
                    throw new CniException(
                            CniException.Kind.CONFLICT,
                            "portmap: host " + mapping + " is already mapped to " + entry.value() + " of sandbox "
                                    + entry.owner());
                }
            }
        }
    }

    /** Opens the ports and guards the host's own loopback on the interface that may now carry its addresses. */
    void open(List<PortMapping> mappings, List<Entry> entries, List<String> guarded, String owner) throws IOException {
        StringBuilder commands = new StringBuilder();
        guarded.forEach(name -> commands.append("add element inet %s guarded { \"" + name + "\" }\n"));
        entries.forEach(entry -> commands.append(entry.created()));
        changing.lock();
        try {
            List<Entry> present = entries();
            requireFree(mappings, owner, present);
            present.stream()
                    .filter(entry -> entry.owner().equals(owner))
                    .forEach(old -> commands.insert(0, old.deleted()));
            table.run(commands.toString());
        } finally {
            changing.unlock();
        }
    }

    void close(Predicate<String> owner) throws IOException {
        changing.lock();
        try {
            StringBuilder commands = new StringBuilder();
            entries().stream()
                    .filter(entry -> owner.test(entry.owner()))
                    .forEach(entry -> commands.append(entry.deleted()));
            if (!commands.isEmpty()) {
                table.run(commands.toString());
            }
        } finally {
            changing.unlock();
        }
    }

    List<Entry> of(String owner) throws IOException {
        changing.lock();
        try {
            return entries().stream()
                    .filter(entry -> entry.owner().equals(owner))
                    .toList();
        } finally {
            changing.unlock();
        }
    }

    /** All elements that have an owner. Makes the table again when somebody has removed it. */
    private List<Entry> entries() throws IOException {
        if (!declared.stands()) {
            declare();
        }
        return parse(table.listing());
    }

    private static List<Entry> parse(String listing) throws IOException {
        JsonNode objects = Json.parse(listing.getBytes(StandardCharsets.UTF_8), "nftables listing")
                .path("nftables");
        List<Entry> entries = new ArrayList<>();
        for (JsonNode object : objects) {
            object.path("map")
                    .path("elem")
                    .forEach(pair -> entry(object.path("map"), pair.path(0), pair.path(1), entries));
            object.path("set")
                    .path("elem")
                    .forEach(element -> entry(object.path("set"), element, Json.object(), entries));
        }
        return entries;
    }

    private static void entry(JsonNode set, JsonNode element, JsonNode value, List<Entry> entries) {
        String owner = Json.text(element.path("elem"), "comment");
        if (!owner.isEmpty()) {
            String key = concatenation(element.path("elem").path("val"));
            entries.add(new Entry(Json.text(set, "name"), key, concatenation(value), owner));
        }
    }

    /** Back from JSON to nft's own syntax: {@code tcp . 80}. */
    private static String concatenation(JsonNode value) {
        StringJoiner text = new StringJoiner(" . ");
        for (JsonNode part : value.path("concat")) {
            JsonNode prefix = part.path("prefix");
            text.add(
                    prefix.isObject()
                            ? Json.text(prefix, "addr") + "/"
                                    + prefix.path("len").asInt()
                            : part.asText());
        }
        return text.toString();
    }

    /** The table is declared again before it is used next. */
    public void forget() {
        changing.lock();
        try {
            declared.forget();
        } finally {
            changing.unlock();
        }
    }

    private void declare() throws IOException {
        table.run(TABLE);
        declared.look();
    }

    /**
     * May be run again at any time: sets keep their elements, chains are refilled in one transaction. Pods that reach a
     * port of their own subnet through the host, and the host's loopback, are masqueraded so that answers come back.
     */
    private static final String TABLE = """
            add table inet %s
            add map inet %s any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
            add map inet %s any6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
            add map inet %s one4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
            add map inet %s one6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
            add set inet %s hairpin4 { type ipv4_addr . ipv4_addr; flags interval; }
            add set inet %s hairpin6 { type ipv6_addr . ipv6_addr; flags interval; }
            add set inet %s guarded { type ifname; }
            add chain inet %s hostports
            flush chain inet %s hostports
            add rule inet %s hostports dnat ip to ip daddr . meta l4proto . th dport map @one4
            add rule inet %s hostports dnat ip to meta l4proto . th dport map @any4
            add rule inet %s hostports dnat ip6 to ip6 daddr . meta l4proto . th dport map @one6
            add rule inet %s hostports dnat ip6 to meta l4proto . th dport map @any6
            add chain inet %s prerouting { type nat hook prerouting priority dstnat; policy accept; }
            flush chain inet %s prerouting
            add rule inet %s prerouting fib daddr type local jump hostports
            add chain inet %s output { type nat hook output priority -100; policy accept; }
            flush chain inet %s output
            add rule inet %s output fib daddr type local jump hostports
            add chain inet %s postrouting { type nat hook postrouting priority srcnat; policy accept; }
            flush chain inet %s postrouting
            add rule inet %s postrouting ct status dnat ip saddr . ip daddr @hairpin4 masquerade
            add rule inet %s postrouting ct status dnat ip6 saddr . ip6 daddr @hairpin6 masquerade
            add rule inet %s postrouting ct status dnat ip saddr 127.0.0.0/8 oifname != "lo" masquerade
            add chain inet %s guard { type filter hook prerouting priority raw; policy accept; }
            flush chain inet %s guard
            add rule inet %s guard iifname @guarded ip daddr 127.0.0.0/8 drop
            """;
}
