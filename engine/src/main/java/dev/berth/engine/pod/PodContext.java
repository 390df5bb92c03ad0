package dev.berth.engine.pod;

import dev.berth.engine.request.UserNamespace;
import java.util.Optional;

/**
 * What a container takes from its pod.
 *
 * @param hostname the pod's host name; empty where that is the host's
 * @param holderPid the process whose namespaces are the pod's
 * @param files the pod's own files and directories
 */
public record PodContext(
        String sandboxId,
        String hostname,
        int holderPid,
        boolean privileged,
        PodFiles files,
        Optional<UserNamespace> userNamespace) {}
