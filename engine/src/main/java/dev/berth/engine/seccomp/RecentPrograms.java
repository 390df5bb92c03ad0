package dev.berth.engine.seccomp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** A bounded number of programs; the one not asked for the longest goes first. */
final class RecentPrograms<K> {
    private static final int KEPT = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, SeccompProgram> programs = new LinkedHashMap<>(KEPT, 0.75f, true);

    Optional<SeccompProgram> find(K key) {
        lock.lock();
        try {
            return Optional.ofNullable(programs.get(key));
        } finally {
            lock.unlock();
        }
    }

    void remember(K key, SeccompProgram program) {
        lock.lock();
        try {
            programs.put(key, program);
            if (programs.size() > KEPT) {
                programs.remove(programs.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
