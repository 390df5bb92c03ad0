package dev.berth.cni.plugin.hostlocal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.AddressRange;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.address.RangeSet;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.plugin.CniVersion;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.PluginResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What host-local reads from a plugin's configuration, with the addresses this invocation asks for. */
record HostLocalConfig(
        CniVersion version,
        Path directory,
        List<RangeSet> sets,
        List<PluginResult.Destination> routes,
        List<InetAddress> requested,
        ObjectNode dns) {
    HostLocalConfig {
        sets = List.copyOf(sets);
        routes = List.copyOf(routes);
        requested = List.copyOf(requested);
        if (!version.listsAddresses()
                && sets.stream().map(RangeSet::ipv4).distinct().count() < sets.size()) {
            throw new IllegalArgumentException(
                    "host-local: more than one address of a family is configured, and a result" + " of cniVersion "
                            + version.text() + " has place for one");
        }
        for (InetAddress address : requested) {
            if (sets.stream().noneMatch(set -> set.rangeOf(address).isPresent())) {
                throw new IllegalArgumentException("requested address " + Cidr.text(address) + " is in no range");
            }
        }
    }

    static HostLocalConfig parse(ObjectNode config, Invocation invocation) {
        List<PluginResult.Destination> routes = new ArrayList<>();
        config.path("ipam").path("routes").forEach(route -> routes.add(PluginResult.destination(route)));
        CniVersion version = CniVersion.of(Json.text(config, "cniVersion")).orElseThrow();
        return new HostLocalConfig(
                version, directory(config), sets(config), routes, requested(config, invocation), dns(config));
    }

    String network() {
        return String.valueOf(directory.getFileName());
    }

    static Path directory(JsonNode config) {
        String parent = Json.optionalText(config.path("ipam"), "dataDir").orElse("/var/lib/cni/networks");
        return Path.of(parent).resolve(Names.requireNetwork(Json.text(config, "name")));
    }

    /** The runtime's ranges come first, then the old spelling of a single range, then the sets. */
    static List<RangeSet> sets(JsonNode config) {
        JsonNode ipam = config.path("ipam");
        List<RangeSet> sets = new ArrayList<>();
        config.path("runtimeConfig").path("ipRanges").forEach(set -> sets.add(RangeSet.parse(set)));
        if (ipam.has("subnet")) {
            sets.add(new RangeSet(List.of(AddressRange.parse(ipam))));
        }
        ipam.path("ranges").forEach(set -> sets.add(RangeSet.parse(set)));
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("host-local: no address ranges are configured");
        }
        for (int i = 0; i < sets.size(); i++) {
            for (int j = 0; j < i; j++) {
                sets.get(i).requireSeparate(sets.get(j));
            }
        }
        return sets;
    }

    private static List<InetAddress> requested(JsonNode config, Invocation invocation) {
        List<String> texts =
                new ArrayList<>(Json.texts(config.path("runtimeConfig").path("ips")));
        texts.addAll(Json.texts(config.path("args").path("cni").path("ips")));
        invocation.argument("IP").ifPresent(list -> texts.addAll(List.of(list.split(",", -1))));
        return texts.stream()
                .map(text -> text.contains("/") ? text.substring(0, text.indexOf('/')) : text)
                .map(Cidr::addressOf)
                .toList();
    }

    Optional<InetAddress> requestedFrom(RangeSet set) {
        return requested.stream()
                .filter(address -> set.rangeOf(address).isPresent())
                .findFirst();
    }

    /** The result's DNS settings out of the file named by {@code resolvConf}, if one is. */
    private static ObjectNode dns(JsonNode config) {
        ObjectNode dns = Json.object();
        Json.optionalText(config.path("ipam"), "resolvConf").ifPresent(file -> fill(dns, Path.of(file)));
        return dns;
    }

    private static void fill(ObjectNode dns, Path file) {
        try (var in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(Json.LIMIT), StandardCharsets.UTF_8);
            text.lines().map(line -> line.strip().split("\\s+")).forEach(words -> directive(dns, words));
        } catch (IOException e) {
            throw new UncheckedIOException("host-local: resolvConf " + file, e);
        }
    }

    private static void directive(ObjectNode dns, String[] words) {
        for (int i = 1; i < words.length; i++) {
            switch (words[0]) {
                case "nameserver" -> dns.withArrayProperty("nameservers").add(words[i]);
                case "search" -> dns.withArrayProperty("search").add(words[i]);
                case "options" -> dns.withArrayProperty("options").add(words[i]);
                case "domain" -> dns.put("domain", words[i]);
                default -> {
                    return;
                }
            }
        }
    }
}
