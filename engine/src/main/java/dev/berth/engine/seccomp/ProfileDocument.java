package dev.berth.engine.seccomp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.engine.oci.Mistake;
import dev.berth.linux.Reason;
import dev.berth.linux.seccomp.Action;
import dev.berth.linux.seccomp.SeccompProfile;
import dev.berth.linux.seccomp.SyscallRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A profile as JSON: the OCI runtime specification's {@code linux.seccomp}, and the engines' wider form of it in which
 * rules may depend on capabilities, architecture and kernel ({@code includes}, {@code excludes}, {@code archMap}).
 */
final class ProfileDocument {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rules with their conditions, in the order of the document. */
    private record ConditionalRule(SyscallRule rule, Condition includes, Condition excludes) {}

    private final Action defaultAction;
    private final OptionalInt defaultErrno;
    private final List<String> architectures;
    private final List<String> flags;
    private final List<ConditionalRule> rules;

    private ProfileDocument(JsonNode root) {
        this.defaultAction = RuleNode.action(root.path("defaultAction"));
        this.defaultErrno = RuleNode.errno(root.path("defaultErrnoRet"));
        this.architectures = root.has("archMap")
                ? HostArchitecture.mapped(root.path("archMap"))
                : RuleNode.texts(root, "architectures");
        this.flags = RuleNode.texts(root, "flags");
        this.rules = new ArrayList<>();
        for (JsonNode node : RuleNode.array(root, "syscalls")) {
            rules.add(new ConditionalRule(
                    RuleNode.rule(node), Condition.of(node.path("includes")), Condition.of(node.path("excludes"))));
        }
        if (root.hasNonNull("listenerPath")
                && !root.path("listenerPath").asText().isEmpty()) {
            throw new IllegalArgumentException("a listener (listenerPath) is not supported");
        }
    }

    static ProfileDocument parse(String name, byte[] json) throws SeccompProfileException {
        try {
            JsonNode root = JSON.readTree(json);
            if (root == null || !root.isObject()) {
                throw new SeccompProfileException(name, "is not a JSON object");
            }
            var document = new ProfileDocument(root);
            document.profile(Set.of());
            return document;
        } catch (JsonProcessingException e) {
            throw new SeccompProfileException(name, "is not valid JSON: " + Mistake.in(e), e);
        } catch (IllegalArgumentException e) {
            throw new SeccompProfileException(name, Reason.of(e), e);
        } catch (IOException e) {
            throw new SeccompProfileException(name, "cannot be read: " + Reason.of(e), e);
        }
    }

    /** What the document says for a process with these capabilities ({@code CAP_*}). */
    SeccompProfile profile(Set<String> capabilities) {
        List<SyscallRule> chosen = rules.stream()
                .filter(rule -> rule.includes().allHold(capabilities)
                        && !rule.excludes().anyHolds(capabilities))
                .map(ConditionalRule::rule)
                .toList();
        return new SeccompProfile(defaultAction, defaultErrno, architectures, flags, chosen);
    }
}
