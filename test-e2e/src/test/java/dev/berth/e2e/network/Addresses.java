package dev.berth.e2e.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Which sandbox has which address, as the sandboxes' status tells it. */
final class Addresses {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> holders = new HashMap<>();
    private final List<String> givenTwice = new ArrayList<>();

    void taken(String sandbox, Collection<String> addresses) {
        lock.lock();
        try {
            for (var address : addresses) {
                var other = holders.put(address, sandbox);
                if (other != null && !other.equals(sandbox)) {
                    givenTwice.add(address + " of " + other + " was given to " + sandbox);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** To be said before the sandbox is told to stop: from then on its addresses may be anybody's. */
    void givenBack(String sandbox) {
        lock.lock();
        try {
            holders.values().removeIf(sandbox::equals);
        } finally {
            lock.unlock();
        }
    }

    List<String> givenTwice() {
        lock.lock();
        try {
            return List.copyOf(givenTwice);
        } finally {
            lock.unlock();
        }
    }
}
