package dev.berth.engine.sandbox;

import dev.berth.engine.failure.EngineException;

/** What Kubernetes calls a sandbox by; the four together are unique among the sandboxes of a node. */
public record SandboxMetadata(String name, String uid, String namespace, int attempt) {
    /** As messages and operations name the sandbox. */
    public String key() {
        return "%s/%s (uid %s, attempt %d)".formatted(namespace, name, uid, attempt);
    }

    public void check() throws EngineException {
        if (name.isEmpty() || namespace.isEmpty() || uid.isEmpty()) {
            throw EngineException.invalid("sandbox metadata needs name, namespace and uid, got " + this);
        }
    }
}
