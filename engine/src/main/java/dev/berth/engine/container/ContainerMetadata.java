package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;

/** What Kubernetes calls a container by; unique within its sandbox. */
public record ContainerMetadata(String name, int attempt) {
    void check() throws EngineException {
        if (name.isEmpty()) {
            throw EngineException.invalid("container metadata needs a name");
        }
    }
}
