package dev.berth.cni;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A chain of plugins to compare, with the host ports its pod asks for.
 *
 * @param settings files below /proc/sys/net that are compared on both sides
 * @param differences what the built-in plugins do otherwise on purpose: replacements in what the reference shows
 */
record ComparisonCase(
        String name, String plugins, List<PortMapping> ports, List<String> settings, List<String[]> differences) {
    private static final List<String> SETTINGS = List.of(
            "ipv4/ip_forward",
            "ipv6/conf/all/forwarding",
            "ipv6/conf/cni-ab/accept_ra",
            "ipv4/conf/cni-ab/route_localnet");

    static Stream<ComparisonCase> all() {
        List<ComparisonCase> cases = new ArrayList<>();
        cases.add(bridge("plain", ""));
        cases.add(bridge("isGateway", "\"isGateway\": true,"));
        cases.add(bridge("isDefaultGateway and ipMasq", "\"isDefaultGateway\": true, \"ipMasq\": true,"));
        cases.add(bridge("hairpinMode", "\"hairpinMode\": true,"));
        cases.add(bridge("promiscMode", "\"promiscMode\": true,"));
        cases.add(bridge("mtu", "\"mtu\": 1400,"));
        cases.add(bridge("forceAddress", "\"isGateway\": true, \"forceAddress\": true,"));
        cases.add(bridge("mac", "\"args\": {\"cni\": {\"mac\": \"02:00:5e:00:00:07\"}},"));
        cases.add(bridge("dns", "\"dns\": {\"nameservers\": [\"192.0.2.53\"]},"));
        cases.add(bridge("macspoofchk", "\"macspoofchk\": true,"));
        cases.add(bridge("enabledad", "\"enabledad\": true,"));
        return cases.stream();
    }

    private static ComparisonCase bridge(String name, String keys) {
        String ipam = """
            "ranges": [[{"subnet": "10.97.0.0/24"}]], "routes": [{"dst": "192.0.2.0/24"}]""";
        return of("bridge " + name, bridgeWith(keys, ipam));
    }

    private static String bridgeWith(String keys, String ipam) {
        return "{\"type\": \"bridge\", \"bridge\": \"cni-ab\", " + keys
                + " \"ipam\": {\"type\": \"host-local\", \"dataDir\": \"LEASES\", " + ipam + "}}";
    }

    private static ComparisonCase of(String name, String plugins, PortMapping... ports) {
        return new ComparisonCase(name, plugins, List.of(ports), SETTINGS, List.of());
    }

    String conflist(Path leases, Path folder) {
        return "{\"cniVersion\": \"1.0.0\", \"name\": \"ab\", \"plugins\": ["
                + plugins.replace("LEASES", leases.toString()).replace("FOLDER", folder.toString()) + "]}";
    }

    /** What the reference showed, with the differences that are meant. */
    String expected(String reference) {
        String text = reference;
        for (String[] difference : differences) {
            text = Pattern.compile(difference[0]).matcher(text).replaceAll(difference[1]);
        }
        return text;
    }

    static Optional<java.net.InetAddress> address(String text) {
        return Optional.of(java.net.InetAddress.ofLiteral(text));
    }

    @Override
    public String toString() {
        return name;
    }
}
