package dev.berth.image.registry.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TokensTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Tokens tokens = new Tokens(now::get);

    private static Tokens.Use use(int number) {
        return new Tokens.Use(URI.create("https://a.example/v2"), "app" + number, Optional.empty());
    }

    @Test
    void aTokenIsKeptUntilShortlyBeforeItsEnd() {
        tokens.keep(use(1), "Bearer x", Duration.ofSeconds(60));
        now.set(Instant.ofEpochSecond(54));
        assertEquals(Optional.of("Bearer x"), tokens.header(use(1)));
        assertEquals(Optional.empty(), tokens.header(use(2)));
        now.set(Instant.ofEpochSecond(55));
        assertEquals(Optional.empty(), tokens.header(use(1)));
    }

    @Test
    void theLongestUnusedGoesWhenThereAreMany() {
        for (var number = 0; number < 256; number++) {
            tokens.keep(use(number), "Bearer x", Duration.ofSeconds(60));
        }
        tokens.header(use(0));
        tokens.keep(use(256), "Bearer x", Duration.ofSeconds(60));
        assertEquals(Optional.of("Bearer x"), tokens.header(use(0)));
        assertEquals(Optional.empty(), tokens.header(use(1)));
    }
}
