package dev.berth.image.registry.authentication;

import dev.berth.image.credential.Credentials;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What hosts let in lately: a pull shows it at once, also one soon after another, instead of being refused first. In memory only; the
 * longest unused goes when there are many.
 */
public final class Tokens {
    private static final int MOST = 256;
    /** Before a token's end it is not shown any more: the request must arrive while it counts. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    /** Who asks which host for what. All pulls of a repository ask for the same scope. */
    record Use(URI host, String repository, Optional<Credentials> credentials) {}

    private record Kept(String header, Instant end) {}

    private final InstantSource clock;
    private final Map<Use, Kept> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Use, Kept> eldest) {
            return size() > MOST;
        }
    };

    public Tokens(InstantSource clock) {
        this.clock = clock;
    }

    synchronized Optional<String> header(Use use) {
        var found = Optional.ofNullable(kept.get(use));
        if (found.isPresent() && !clock.instant().isBefore(found.get().end())) {
            kept.remove(use);
            return Optional.empty();
        }
        return found.map(Kept::header);
    }

    synchronized void keep(Use use, String header, Duration life) {
        kept.put(use, new Kept(header, clock.instant().plus(life).minus(MARGIN)));
    }
}
