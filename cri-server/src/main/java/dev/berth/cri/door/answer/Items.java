package dev.berth.cri.door.answer;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The messages of a list, kept for as long as what they tell stays the same: most of a node does, between two lists.
 *
 * @param <S> the immutable snapshot that a message is made of
 * @param <M> the message
 */
public final class Items<S, M> {
    private final Function<S, String> id;
    private final Function<S, M> message;
    private final ConcurrentHashMap<String, Item<S, M>> items = new ConcurrentHashMap<>();

    private record Item<S, M>(S snapshot, M message) {}

    public Items(Function<S, String> id, Function<S, M> message) {
        this.id = id;
        this.message = message;
    }

    /** The message of a snapshot, made anew if it is another one than last time. */
    @SuppressWarnings(
            "ReferenceEquality") // a snapshot that is the same is the same object, or not worth a comparison of all
    // that it holds
    public M of(S snapshot) {
        var key = id.apply(snapshot);
        var known = items.get(key);
        if (known != null && known.snapshot == snapshot) {
            return known.message;
        }
        var made = message.apply(snapshot);
        items.put(key, new Item<>(snapshot, made));
        return made;
    }

    /** Forgets what is not among all there is. */
    public void retain(Collection<S> all) {
        if (items.size() > all.size()) {
            var living = ConcurrentHashMap.<String>newKeySet(all.size());
            all.forEach(each -> living.add(id.apply(each)));
            items.keySet().retainAll(living);
        }
    }
}
