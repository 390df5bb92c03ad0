package dev.berth.engine.container;

import dev.berth.engine.oci.Spec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The OCI specs of containers: on disk, and those lately used in memory, since every exec goes by one. */
final class Specs {
    private static final int KEPT = 64;

    private final Containers containers;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock; least lately used first. */
    private final Map<String, Spec> recent = new LinkedHashMap<>(KEPT, 0.75f, true);

    Specs(Containers containers) {
        this.containers = containers;
    }

    void save(String id, Spec spec) throws IOException {
        containers.directory(id).saveSpec(spec);
        remember(id, spec);
    }

    /** Two callers that miss at once both read the file; neither waits for the other. */
    Spec of(String id) throws IOException {
        var known = known(id);
        if (known != null) {
            return known;
        }
        var read = containers.directory(id).spec();
        remember(id, read);
        return read;
    }

    void forget(String id) {
        lock.lock();
        try {
            recent.remove(id);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Spec known(String id) {
        lock.lock();
        try {
            return recent.get(id);
        } finally {
            lock.unlock();
        }
    }

    private void remember(String id, Spec spec) {
        lock.lock();
        try {
            recent.put(id, spec);
            if (recent.size() > KEPT) {
                recent.remove(recent.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
