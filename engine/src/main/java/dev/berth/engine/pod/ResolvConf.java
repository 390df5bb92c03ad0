package dev.berth.engine.pod;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.DnsInput;
import java.util.List;

/** The text of a resolv.conf. */
final class ResolvConf {
    private ResolvConf() {}

    static String of(DnsInput dns) throws InvalidSpecException {
        StringBuilder text = new StringBuilder();
        line(text, "search", dns.searches());
        for (String server : dns.servers()) {
            line(text, "nameserver", List.of(server));
        }
        line(text, "options", dns.options());
        return text.toString();
    }

    private static void line(StringBuilder text, String keyword, List<String> words) throws InvalidSpecException {
        for (String word : words) {
            if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
                throw new InvalidSpecException("dns_config: a " + keyword + " entry is empty or not a single word");
            }
        }
        if (!words.isEmpty()) {
            text.append(keyword).append(' ').append(String.join(" ", words)).append('\n');
        }
    }
}
