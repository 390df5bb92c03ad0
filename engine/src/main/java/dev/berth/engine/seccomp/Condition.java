package dev.berth.engine.seccomp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a rule of the engines' wider form counts.
 *
 * @param minKernel {@code major.minor}; empty: any
 */
record Condition(List<String> capabilities, List<String> architectures, String minKernel) {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    static Condition of(JsonNode node) {
        String minKernel = node.path("minKernel").asText();
        if (!minKernel.isEmpty() && !VERSION.matcher(minKernel).lookingAt()) {
            throw new IllegalArgumentException("minKernel \"" + minKernel + "\" is not a version");
        }
        return new Condition(RuleNode.texts(node, "caps"), RuleNode.texts(node, "arches"), minKernel);
    }

    /** As {@code includes}: each part that is there must hold. */
    boolean allHold(Set<String> held) {
        return held.containsAll(capabilities)
                && (architectures.isEmpty() || architectures.contains(HostArchitecture.goName()))
                && (minKernel.isEmpty() || kernelReached());
    }

    /** As {@code excludes}: one part that holds is enough. */
    boolean anyHolds(Set<String> held) {
        return capabilities.stream().anyMatch(held::contains)
                || architectures.contains(HostArchitecture.goName())
                || (!minKernel.isEmpty() && kernelReached());
    }

    private boolean kernelReached() {
        return ordered(System.getProperty("os.version", "0.0")) >= ordered(minKernel);
    }

    private static long ordered(String version) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.lookingAt() ? 10_000 * Long.parseLong(matcher.group(1)) + Long.parseLong(matcher.group(2)) : 0;
    }
}
