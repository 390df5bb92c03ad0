package dev.berth.engine.seccomp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.linux.seccomp.Action;
import dev.berth.linux.seccomp.ArgumentTest;
import dev.berth.linux.seccomp.ArgumentTest.Comparison;
import dev.berth.linux.seccomp.SyscallRule;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Reads the parts of a profile's JSON; what is malformed is an {@link IllegalArgumentException} that quotes it. */
final class RuleNode {
    private static final BigInteger BEYOND = BigInteger.ONE.shiftLeft(64);

    private RuleNode() {}

    static SyscallRule rule(JsonNode node) {
        var names = new ArrayList<>(texts(node, "names"));
        if (node.hasNonNull("name")) {
            names.add(node.path("name").asText());
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a rule has no names");
        }
        var arguments = new ArrayList<ArgumentTest>();
        array(node, "args").forEach(argument -> arguments.add(argument(argument)));
        return new SyscallRule(names, action(node.path("action")), errno(node.path("errnoRet")), arguments);
    }

    static Action action(JsonNode node) {
        if (node.asText().equals("SCMP_ACT_NOTIFY")) {
            throw new IllegalArgumentException("action SCMP_ACT_NOTIFY is not supported");
        }
        return Action.named(node.asText())
                .orElseThrow(() -> new IllegalArgumentException("action " + node + " is not known"));
    }

    static OptionalInt errno(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        if (!node.isInt()) {
            throw new IllegalArgumentException("errno " + node + " is not a number");
        }
        return OptionalInt.of(node.intValue());
    }

    static List<String> texts(JsonNode parent, String field) {
        var texts = new ArrayList<String>();
        for (JsonNode element : array(parent, field)) {
            if (!element.isTextual() || element.textValue().indexOf('\0') >= 0) {
                throw new IllegalArgumentException(field + " has an element that is not a name: " + element);
            }
            texts.add(element.textValue());
        }
        return List.copyOf(texts);
    }

    /** The elements of an array; none if the field is missing or null. */
    static Iterable<JsonNode> array(JsonNode parent, String field) {
        JsonNode node = parent.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw new IllegalArgumentException(field + " is not an array");
        }
        return node;
    }

    private static ArgumentTest argument(JsonNode node) {
        Comparison comparison = Comparison.named(node.path("op").asText())
                .orElseThrow(() -> new IllegalArgumentException("comparison " + node.path("op") + " is not known"));
        return new ArgumentTest(
                node.path("index").asInt(-1),
                comparison,
                unsigned(node.path("value")),
                unsigned(node.path("valueTwo")));
    }

    private static long unsigned(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return 0;
        }
        BigInteger number = node.bigIntegerValue();
        if (!node.isIntegralNumber() || number.signum() < 0 || number.compareTo(BEYOND) >= 0) {
            throw new IllegalArgumentException("value " + node + " is not an unsigned 64-bit number");
        }
        return number.longValue();
    }
}
