package dev.berth.cri.sandbox;

import dev.berth.cri.failure.CriException;

/** What Kubernetes calls a sandbox by; the four together are unique among the sandboxes of a node. */
public record SandboxMetadata(String name, String uid, String namespace, int attempt) {
    /** As messages and operations name the sandbox. */
    public String key() {
        return "%s/%s (uid %s, attempt %d)".formatted(namespace, name, uid, attempt);
    }

    public void check() throws CriException {
        if (name.isEmpty() || namespace.isEmpty() || uid.isEmpty()) {
            throw CriException.invalid("sandbox metadata needs name, namespace and uid, got " + this);
        }
    }
}
