package dev.berth.engine.record;

import dev.berth.engine.failure.EngineException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The live objects of one kind by id: immutable snapshots that readers take without waiting, each replaced atomically. Whoever watches is
 * told of each change after it can be read and before the next one is made.
 */
public final class IdIndex<T> {
    private static final int ID_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String kind;
    private final ConcurrentSkipListMap<String, T> objects = new ConcurrentSkipListMap<>();
    private @Nullable Watcher<T> watcher;

    /** Is told of changes, one at a time. */
    @FunctionalInterface
    public interface Watcher<T> {
        /** One object became another one, began or ended; never both absent. */
        void changed(Optional<T> before, Optional<T> after);
    }

    /** @param kind what the objects are called in messages */
    public IdIndex(String kind) {
        this.kind = kind;
    }

    /** A new id: 64 hexadecimal digits. */
    public static String newId() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Tells of all changes from now on. There is one watcher. */
    public synchronized void watch(Watcher<T> newcomer) {
        watcher = newcomer;
    }

    public synchronized void put(String id, T object) {
        tell(Optional.ofNullable(objects.put(id, object)), Optional.of(object));
    }

    public synchronized void remove(String id) {
        var removed = Optional.ofNullable(objects.remove(id));
        if (removed.isPresent()) {
            tell(removed, Optional.empty());
        }
    }

    /** Replaces an object by a function of it; does nothing if it is gone. */
    public synchronized Optional<T> replace(String id, UnaryOperator<T> change) {
        var before = exactly(id);
        if (before.isPresent()) {
            put(id, change.apply(before.get()));
        }
        return exactly(id);
    }

    private void tell(Optional<T> before, Optional<T> after) {
        if (watcher != null) {
            watcher.changed(before, after);
        }
    }

    /** The object with this id. */
    public Optional<T> exactly(String id) {
        return Optional.ofNullable(objects.get(id));
    }

    /**
     * The object whose id starts with this text; empty if there is none.
     *
     * @throws EngineException INVALID_ARGUMENT if it is empty or the start of more than one id
     */
    public Optional<T> startingWith(String prefix) throws EngineException {
        if (prefix.isEmpty()) {
            throw EngineException.invalid("no " + kind + " id given");
        }
        var matches = objects.subMap(prefix, prefix + Character.MAX_VALUE).values().stream()
                .limit(2)
                .toList();
        if (matches.size() > 1) {
            throw EngineException.invalid("%s id %s is ambiguous; give more of its digits".formatted(kind, prefix));
        }
        return matches.stream().findFirst();
    }

    /**
     * The object whose id starts with this text.
     *
     * @throws EngineException NOT_FOUND if there is none, INVALID_ARGUMENT as {@link #startingWith}
     */
    public T require(String prefix) throws EngineException {
        return startingWith(prefix).orElseThrow(() -> EngineException.notFound(kind, prefix));
    }

    public Collection<T> all() {
        return objects.values();
    }
}
