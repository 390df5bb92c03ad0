package dev.berth.engine.seccomp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The names profiles have for this machine's architecture. */
final class HostArchitecture {
    private HostArchitecture() {}

    static String goName() {
        String name = System.getProperty("os.arch", "");
        return name.equals("aarch64") ? "arm64" : name;
    }

    /** The host's entry of an {@code archMap} with its sub-architectures; nothing but the host's own if it has none. */
    static List<String> mapped(JsonNode archMap) {
        for (JsonNode entry : archMap) {
            if (entry.path("architecture").asText().equals(specName())) {
                var names = new ArrayList<>(List.of(specName()));
                names.addAll(RuleNode.texts(entry, "subArchitectures"));
                return names;
            }
        }
        return List.of();
    }

    private static String specName() {
        return switch (goName()) {
            case "amd64" -> "SCMP_ARCH_X86_64";
            case "arm64" -> "SCMP_ARCH_AARCH64";
            case "riscv64" -> "SCMP_ARCH_RISCV64";
            default -> "";
        };
    }
}
