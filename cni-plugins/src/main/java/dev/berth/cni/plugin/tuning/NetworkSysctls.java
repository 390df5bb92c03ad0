package dev.berth.cni.plugin.tuning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.plugin.CniException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Settings of a network namespace by their names in the tuning plugin's configuration. */
record NetworkSysctls(Map<String, String> values) {
    private static final Path SETTINGS = Path.of("/proc/sys");
    private static final Path NETWORK = SETTINGS.resolve("net");
    private static final int VALUE_LIMIT = 4096;

    NetworkSysctls {
        values = Map.copyOf(values);
        values.keySet().forEach(NetworkSysctls::file);
    }

    static NetworkSysctls parse(JsonNode config, String interfaceName) {
        Map<String, String> values = new TreeMap<>();
        for (JsonNode from :
                List.of(config.path("sysctl"), config.path("args").path("cni").path("sysctl"))) {
            for (var setting : from.properties()) {
                values.put(
                        setting.getKey().replace("IFNAME", interfaceName),
                        setting.getValue().asText());
            }
        }
        return new NetworkSysctls(values);
    }

    private static Path file(String key) {
        Path file = SETTINGS.resolve(key.replace('.', '/')).normalize();
        if (!file.startsWith(NETWORK) || file.equals(NETWORK)) {
            throw new IllegalArgumentException("tuning: sysctl " + key + " is not one of the network's");
        }
        return file;
    }

    /**
     * An administrator's list of expressions, one of which must match in each name; without a list all are allowed.
     *
     * @param configured the names as the configuration spells them
     */
    static void requireAllowed(ObjectNode configured, Path allowlist) throws IOException {
        List<Pattern> allowed;
        try {
            allowed = Files.readString(allowlist)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(Pattern::compile)
                    .toList();
        } catch (NoSuchFileException _) {
            return;
        }
        for (var setting : configured.path("sysctl").properties()) {
            String key = setting.getKey();
            if (allowed.stream().noneMatch(each -> each.matcher(key).find())) {
                throw new CniException(
                        CniException.Kind.FAILED, "tuning: sysctl " + key + " is not allowed by " + allowlist);
            }
        }
    }

    /** In the namespace of the calling thread. */
    void apply() throws IOException {
        for (var setting : values.entrySet()) {
            Files.writeString(file(setting.getKey()), setting.getValue());
        }
    }

    /** In the namespace of the calling thread. */
    void check() throws IOException {
        for (var setting : values.entrySet()) {
            String present;
            try (var in = Files.newInputStream(file(setting.getKey()))) {
                present = new String(in.readNBytes(VALUE_LIMIT), StandardCharsets.US_ASCII).strip();
            }
            if (!present.replaceAll("\\s+", " ")
                    .equals(setting.getValue().strip().replaceAll("\\s+", " "))) {
                throw new CniException(
                        CniException.Kind.FAILED,
                        "tuning: sysctl " + setting.getKey() + " is \"" + present + "\" and not \"" + setting.getValue()
                                + "\"");
            }
        }
    }
}
