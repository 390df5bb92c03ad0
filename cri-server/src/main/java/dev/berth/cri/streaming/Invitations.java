package dev.berth.cri.streaming;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Invitations that nobody has come with yet. Each is good once, and for a minute. */
final class Invitations {
    static final Duration LIFE = Duration.ofMinutes(1);

    /** Calls whose clients never come cost no more than this many. */
    static final int LIMIT = 1000;

    private static final int TOKEN_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Object lock = new Object();

    /** In the order of their making, hence of their end. */
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    private record Pending(Invitation invitation, long until) {}

    /** The token that it is given for. */
    String add(Invitation invitation) throws EngineException {
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        synchronized (lock) {
            forgetOld();
            if (pending.size() >= LIMIT) {
                throw new EngineException(
                        Code.RESOURCE_EXHAUSTED,
                        "%d streams were asked for within a minute and never opened; try again later".formatted(LIMIT));
            }
            pending.put(token, new Pending(invitation, System.nanoTime() + LIFE.toNanos()));
        }
        return token;
    }

    /** Uses it up; empty when there is none for this path and token, or none any more. */
    Optional<Invitation> take(String path, String token) {
        synchronized (lock) {
            forgetOld();
            var found = pending.get(token);
            if (found == null || !found.invitation().path().equals(path)) {
                return Optional.empty();
            }
            pending.remove(token);
            return Optional.of(found.invitation());
        }
    }

    private void forgetOld() {
        var now = System.nanoTime();
        pending.values().removeIf(each -> each.until() - now <= 0);
    }
}
