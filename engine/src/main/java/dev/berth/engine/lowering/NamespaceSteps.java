package dev.berth.engine.lowering;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Namespace;
import dev.berth.shim.plan.Step;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a container gets its namespaces.
 *
 * @param cloned flags of clone3
 * @param joined flags by the index of the descriptor they are joined with
 * @param unshared flags of unshare, the last to happen
 */
record NamespaceSteps(long cloned, SequencedMap<Integer, Long> joined, long unshared) {
    private static final Pattern MEMBER = Pattern.compile("/proc/([0-9]{1,9})/ns/[a-z_]+");

    static NamespaceSteps of(List<Namespace> namespaces, List<Integer> members) throws InvalidSpecException {
        long fresh = 0;
        SequencedMap<Integer, Long> joined = new TreeMap<>();
        for (Namespace namespace : namespaces) {
            long flag = CloneFlag.of(namespace);
            if (namespace.path() == null) {
                fresh |= flag;
            } else {
                joined.merge(index(namespace.path(), members), flag, (a, b) -> a | b);
            }
        }
        if ((fresh & CloneFlag.NEWNS) == 0) {
            throw new InvalidSpecException("a container needs a mount namespace of its own");
        }
        return new NamespaceSteps(fresh & CloneFlag.NEWPID, joined, fresh & ~CloneFlag.NEWPID);
    }

    /** With the mount namespace of the pod's holder, which the container's own is then made from. */
    NamespaceSteps throughPod() {
        SequencedMap<Integer, Long> through = new TreeMap<>(joined);
        through.merge(0, CloneFlag.NEWNS, (a, b) -> a | b);
        return new NamespaceSteps(cloned, through, unshared);
    }

    /** What is entered with the host's privileges: all, unless a user namespace ends them. */
    List<Step> enter() {
        return join(~withUsers());
    }

    /** The user namespace, and the mount namespace that only its root can change. */
    List<Step> enterUsers() {
        return join(withUsers());
    }

    boolean mapsIds() {
        return withUsers() != 0;
    }

    private long withUsers() {
        boolean users = joined.values().stream().anyMatch(flags -> (flags & CloneFlag.NEWUSER) != 0);
        return users ? CloneFlag.NEWUSER | CloneFlag.NEWNS : 0;
    }

    private List<Step> join(long wanted) {
        return joined.entrySet().stream()
                .filter(join -> (join.getValue() & wanted) != 0)
                .<Step>map((Map.Entry<Integer, Long> join) ->
                        new Step.EnterNamespaces(join.getKey(), join.getValue() & wanted))
                .toList();
    }

    private static int index(String path, List<Integer> members) throws InvalidSpecException {
        Matcher matcher = MEMBER.matcher(path);
        int index = matcher.matches() ? members.indexOf(Integer.valueOf(matcher.group(1))) : -1;
        if (index < 0) {
            throw new InvalidSpecException("namespace " + path + " is not one of the pod's");
        }
        return index;
    }
}
