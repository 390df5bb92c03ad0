package dev.berth.image.registry.proxy;

import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What NO_PROXY lists: host names with all below them, ".domain" for those below alone, addresses, address ranges, with a port or without. */
record Unproxied(List<String> rules) {
    private static final Pattern RANGE = Pattern.compile("([0-9a-f.:]+)/([0-9]{1,3})");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");

    Unproxied {
        rules = List.copyOf(rules);
    }

    static Unproxied parse(String list) {
        return new Unproxied(Arrays.stream(list.split("[,\\s]+", -1))
                .map(rule -> rule.toLowerCase(Locale.ROOT))
                .filter(rule -> !rule.isEmpty())
                .toList());
    }

    boolean matches(URI place) {
        var host = place.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        var port = place.getPort() >= 0 ? place.getPort() : "https".equals(place.getScheme()) ? 443 : 80;
        return rules.stream().anyMatch(rule -> matches(rule, host) || matches(rule, host, port));
    }

    private static boolean matches(String rule, String host, int port) {
        var suffix = ":" + port;
        return rule.endsWith(suffix)
                && matches(rule.substring(0, rule.length() - suffix.length()).replaceAll("[\\[\\]]", ""), host);
    }

    private static boolean matches(String rule, String host) {
        var range = RANGE.matcher(rule);
        if (range.matches()) {
            return ADDRESS.matcher(host).matches()
                    && ADDRESS.matcher(range.group(1)).matches()
                    && contains(range.group(1), Integer.parseInt(range.group(2)), host);
        }
        var domain = rule.startsWith("*.") ? rule.substring(1) : rule;
        return rule.equals("*") || host.equals(domain) || host.endsWith(domain.startsWith(".") ? domain : "." + domain);
    }

    private static boolean contains(String network, int bits, String address) {
        try {
            var range = InetAddress.ofLiteral(network).getAddress();
            var wanted = InetAddress.ofLiteral(address).getAddress();
            return range.length == wanted.length && bits <= range.length * 8 && samePrefix(range, wanted, bits);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean samePrefix(byte[] a, byte[] b, int bits) {
        for (var bit = 0; bit < bits; bit++) {
            var mask = 0x80 >> (bit % 8);
            if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
