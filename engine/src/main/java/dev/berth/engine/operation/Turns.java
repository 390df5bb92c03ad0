package dev.berth.engine.operation;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Who may change an object now. Verbs on a container take a shared turn of its sandbox and an exclusive one of their own
 * id; verbs on a sandbox take its exclusive turn. Readers of states never wait here. A turn is held while the verb works,
 * system calls included: it orders operations on one object and nothing else.
 */
public final class Turns {
    private final ConcurrentHashMap<String, ReadWriteLock> locks = new ConcurrentHashMap<>();

    /** A turn; closing it lets the next one in. */
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    public Turn shared(String id) {
        return take(lock(id).readLock());
    }

    public Turn exclusive(String id) {
        return take(lock(id).writeLock());
    }

    /** Forgets an object that is gone; whoever still waits for its turn gets it. */
    public void forget(String id) {
        locks.remove(id);
    }

    private ReadWriteLock lock(String id) {
        return locks.computeIfAbsent(id, _ -> new ReentrantReadWriteLock());
    }

    private static Turn take(Lock lock) {
        lock.lock();
        return lock::unlock;
    }
}
