package dev.berth.cni;

import dev.berth.cni.plugin.portmap.PortMapping;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A chain of plugins to compare, with the host ports its pod asks for.
 *
 * @param version the configuration's member for it, if any
 * @param settings files below /proc/sys/net that are compared on both sides
 * @param differences what the built-in plugins do otherwise on purpose: replacements in what the reference shows
 */
record ComparisonCase(
        String name,
        String version,
        String plugins,
        List<PortMapping> ports,
        List<String> settings,
        List<String[]> differences) {
    private static final List<String> SETTINGS = List.of(
            "ipv4/ip_forward",
            "ipv6/conf/all/forwarding",
            "ipv6/conf/cni-ab/accept_ra",
            "ipv4/conf/cni-ab/route_localnet",
            "ipv4/conf/all/log_martians",
            "ipv4/conf/eth0/arp_filter",
            "ipv4/ip_local_port_range");

    private static final String RESOLVED = "{\"nameservers\":[\"192.0.2.53\",\"192.0.2.54\"],"
            + "\"domain\":\"example.test\",\"search\":[\"a.test\",\"b.test\"],\"options\":[\"ndots:2\",\"rotate\"]}";
    /** The reference adds the same action twice; the first ends the search. */
    private static final String SECOND_ACTION = ",\\{\"order\":2,[^]]*(?=\\]\\}\\})";

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
        cases.add(bridge("portIsolation", "\"portIsolation\": true,")
                .otherwise("\"isolated\":false", "\"isolated\":true"));
        addHostLocal(cases);
        addPortmap(cases);
        addPointToPoint(cases);
        addBandwidth(cases);
        addTuning(cases);
        addVersions(cases);
        String bridge = bridgeWith("\"isDefaultGateway\": true, \"ipMasq\": true,", "\"subnet\": \"10.97.0.0/24\"");
        cases.add(of("firewall", bridge + ", {\"type\": \"firewall\"}"));
        return cases.stream();
    }

    private static void addHostLocal(List<ComparisonCase> cases) {
        cases.add(hostLocal("dual stack", """
            "ranges": [[{"subnet": "10.97.0.0/24"}], [{"subnet": "fd97::/64"}]],
            "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]"""));
        cases.add(hostLocal("one subnet", "\"subnet\": \"10.97.0.0/24\", \"gateway\": \"10.97.0.254\""));
        cases.add(hostLocal("several ranges", """
            "ranges": [[{"subnet": "10.97.0.0/24", "rangeStart": "10.97.0.10", "rangeEnd": "10.97.0.10"},
                        {"subnet": "10.98.0.0/24", "gateway": "10.98.0.9"}]]"""));
        cases.add(hostLocal("rangeStart at the gateway", """
            "ranges": [[{"subnet": "10.97.0.0/24", "rangeStart": "10.97.0.20", "gateway": "10.97.0.20"}]]"""));
        cases.add(hostLocal("routes of every kind", """
            "subnet": "10.97.0.0/24", "routes": [{"dst": "198.51.100.0/24", "gw": "10.97.0.7"},
                {"dst": "198.51.101.0/24"}, {"dst": "0.0.0.0/0"}]"""));
        cases.add(hostLocal("resolvConf", "\"subnet\": \"10.97.0.0/24\", \"resolvConf\": \"FOLDER/resolv.conf\"")
                .otherwise("dns=\\{\\}", "dns=" + RESOLVED)); // the reference's bridge keeps them since 1.2
        String asked = bridgeWith("\"isGateway\": true, \"args\": {\"cni\": {\"ips\": [\"10.97.0.77\"]}},", """
            "ranges": [[{"subnet": "10.97.0.0/24"}]]""");
        cases.add(of("host-local requested address", asked));
    }

    private static ComparisonCase hostLocal(String name, String ipam) {
        return of("host-local " + name, bridgeWith("\"isGateway\": true,", ipam));
    }

    private static void addPortmap(List<ComparisonCase> cases) {
        String bridge = bridgeWith("\"isGateway\": true, \"ipMasq\": true, \"hairpinMode\": true,", """
            "ranges": [[{"subnet": "10.97.0.0/24"}], [{"subnet": "fd97::/64"}]],
            "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]""");
        String portmap = ", {\"type\": \"portmap\", KEYS \"capabilities\": {\"portMappings\": true}}";
        cases.add(of("portmap tcp and udp", bridge + portmap.replace("KEYS", ""), tcp(8080, ""), udp(8053, "")));
        cases.add(of("portmap one host address", bridge + portmap.replace("KEYS", ""), tcp(8080, "192.0.2.1")));
        cases.add(of("portmap another host address", bridge + portmap.replace("KEYS", ""), tcp(8080, "192.0.2.9")));
        cases.add(of("portmap every IPv4 address", bridge + portmap.replace("KEYS", ""), tcp(8080, "0.0.0.0")));
        cases.add(of("portmap every IPv6 address", bridge + portmap.replace("KEYS", ""), tcp(8080, "::")));
        cases.add(of("portmap without snat", bridge + portmap.replace("KEYS", "\"snat\": false,"), tcp(8080, "")));
        cases.add(of("portmap conditions", bridge + portmap.replace("KEYS", """
            "conditionsV4": ["-s", "192.0.2.0/24"],"""), tcp(8080, "")));
    }

    private static PortMapping tcp(int hostPort, String address) {
        return new PortMapping(PortMapping.Protocol.TCP, hostPort, 80, address(address));
    }

    private static PortMapping udp(int hostPort, String address) {
        return new PortMapping(PortMapping.Protocol.UDP, hostPort, 53, address(address));
    }

    private static Optional<InetAddress> address(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(InetAddress.ofLiteral(text));
    }

    private static void addPointToPoint(List<ComparisonCase> cases) {
        String ipam = """
            "ipam": {"type": "host-local", "dataDir": "LEASES", RANGES, "routes": [{"dst": "0.0.0.0/0"}]}}""";
        String v4 = "\"ranges\": [[{\"subnet\": \"10.97.0.0/24\"}]]";
        String both = "\"ranges\": [[{\"subnet\": \"10.97.0.0/24\"}], [{\"subnet\": \"fd97::/64\"}]]";
        cases.add(of("ptp plain", "{\"type\": \"ptp\", " + ipam.replace("RANGES", v4)));
        cases.add(of(
                "ptp ipMasq and mtu",
                "{\"type\": \"ptp\", \"ipMasq\": true, \"mtu\": 1400, " + ipam.replace("RANGES", v4)));
        cases.add(of("ptp dual stack", "{\"type\": \"ptp\", " + ipam.replace("RANGES", both)));
    }

    private static void addBandwidth(List<ComparisonCase> cases) {
        String bridge = bridgeWith("\"isGateway\": true,", "\"ranges\": [[{\"subnet\": \"10.97.0.0/24\"}]]");
        cases.add(of("bandwidth both ways", bridge + """
            , {"type": "bandwidth", "ingressRate": 1000000, "ingressBurst": 800000,
               "egressRate": 123456789, "egressBurst": 9999999}""").otherwise(SECOND_ACTION, ""));
        cases.add(of("bandwidth ingress", bridge + """
            , {"type": "bandwidth", "ingressRate": 8000000000, "ingressBurst": 2147483647}"""));
        cases.add(of("bandwidth none", bridge + ", {\"type\": \"bandwidth\"}"));
    }

    private static void addTuning(List<ComparisonCase> cases) {
        String bridge = bridgeWith("\"isGateway\": true,", "\"ranges\": [[{\"subnet\": \"10.97.0.0/24\"}]]");
        cases.add(of("tuning sysctl", bridge + """
            , {"type": "tuning", "sysctl": {"net.ipv4.conf.all.log_martians": "1",
               "net.ipv4.conf.IFNAME.arp_filter": "1", "net.ipv4.ip_local_port_range": "2000 3000"}}"""));
        cases.add(of("tuning interface", bridge + """
            , {"type": "tuning", "mac": "02:00:5e:00:00:08", "promisc": true, "mtu": 1300, "allmulti": true,
               "dataDir": "LEASES/tuning"}"""));
        cases.add(of("tuning by arguments", bridge + """
            , {"type": "tuning", "mtu": 1300, "dataDir": "LEASES/tuning", "args": {"cni": {"mtu": 1290}}}"""));
    }

    private static void addVersions(List<ComparisonCase> cases) {
        String chain = bridgeWith("\"isGateway\": true, \"ipMasq\": true, \"hairpinMode\": true,", """
            "ranges": [[{"subnet": "10.97.0.0/24"}], [{"subnet": "fd97::/64"}]],
            "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]""") + """
            , {"type": "portmap", "capabilities": {"portMappings": true}}
            , {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}""";
        cases.add(of("no cniVersion", chain, tcp(8080, "")).of(""));
        cases.add(of("cniVersion 0.1.0", chain, tcp(8080, "")).of("\"cniVersion\": \"0.1.0\","));
        cases.add(of("cniVersion 0.2.0", chain, tcp(8080, "")).of("\"cniVersion\": \"0.2.0\","));
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
        return new ComparisonCase(name, "\"cniVersion\": \"1.0.0\",", plugins, List.of(ports), SETTINGS, List.of());
    }

    /** For a key that the reference's installed version does not know yet, or a difference that is meant. */
    private ComparisonCase otherwise(String reference, String builtin) {
        List<String[]> more = new ArrayList<>(differences);
        more.add(new String[] {reference, builtin});
        return new ComparisonCase(name, version, plugins, ports, settings, more);
    }

    private ComparisonCase of(String member) {
        return new ComparisonCase(name, member, plugins, ports, settings, differences);
    }

    String conflist(Path leases, Path folder) {
        return "{" + version + " \"name\": \"ab\", \"plugins\": ["
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

    @Override
    public String toString() {
        return name;
    }
}
