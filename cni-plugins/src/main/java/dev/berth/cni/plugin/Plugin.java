package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/** Something that does CNI operations: a program, or one of the plugins inside the daemon. */
public interface Plugin {
    /** Refuses an ADD that cannot succeed, before anything is made for the sandbox. */
    void admit(Invocation invocation, ObjectNode config) throws IOException;

    /** Gives the result document, in the version of the configuration. */
    ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException, InterruptedException;

    /** Not an error when there is nothing to delete. */
    void del(Invocation invocation, LinkRemoval removal, ObjectNode config) throws IOException, InterruptedException;

    /** Fails when what the ADD made is not there any more as the configuration's {@code prevResult} tells it. */
    void check(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException, InterruptedException;

    /** Puts back into the host's packet filter what belongs to a finished ADD, after somebody has emptied it. */
    default void restore(Invocation invocation, ObjectNode config) throws IOException, InterruptedException {}

    void status(ObjectNode config) throws IOException, InterruptedException;

    /** Frees what belongs to no live container; the configuration lists the valid attachments as the spec wants. */
    void collect(Set<String> liveContainerIds, ObjectNode config) throws IOException, InterruptedException;
}
