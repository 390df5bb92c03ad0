package dev.berth.image.registry.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ChallengeTest {
    @Test
    void challengesAreRead() {
        var challenges = Challenge.parse(List.of(
                "Bearer realm=\"https://auth.example/token\",service=\"a \\\"b\\\"\", scope=\"repository:x:pull,push\", Basic realm=\"r\"",
                "Negotiate"));
        assertEquals(
                List.of("bearer", "basic", "negotiate"),
                challenges.stream().map(Challenge::scheme).toList());
        assertEquals(
                "repository:x:pull,push", challenges.get(0).parameter("scope").orElseThrow());
        assertEquals("a \"b\"", challenges.get(0).parameter("service").orElseThrow());
    }
}
