package dev.berth.cri.container;

import dev.berth.cri.failure.CriException;

/** What Kubernetes calls a container by; unique within its sandbox. */
public record ContainerMetadata(String name, int attempt) {
    void check() throws CriException {
        if (name.isEmpty()) {
            throw CriException.invalid("container metadata needs a name");
        }
    }
}
