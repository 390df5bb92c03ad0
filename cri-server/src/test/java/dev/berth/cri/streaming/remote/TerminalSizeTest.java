package dev.berth.cri.streaming.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cri.streaming.flow.Arrival;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sizes of terminals, in whatever pieces they come. */
final class TerminalSizeTest {
    private final TerminalSize sizes = new TerminalSize();

    private Optional<Arrival.Resize> add(String text) {
        return sizes.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aSizeMayComeInPieces() {
        assertEquals(Optional.empty(), add("{\"Width\":80,"));
        assertEquals(Optional.of(new Arrival.Resize(24, 80)), add("\"Height\":24}\n{\"Wid"));
        assertEquals(Optional.of(new Arrival.Resize(2, 1)), add("th\":1,\"Height\":2}"));
    }

    @Test
    void ofSeveralTheLastCounts() {
        assertEquals(
                Optional.of(new Arrival.Resize(4, 3)), add("{\"Width\":1,\"Height\":2}\n{\"Width\":3,\"Height\":4}\n"));
    }

    @Test
    void whatIsNoSizeIsPassedOver() {
        assertEquals(Optional.empty(), add("{\"Width\":0,\"Height\":24}{\"Width\":70000,\"Height\":1}{x}}"));
        assertEquals(Optional.empty(), add("y".repeat(5000)));
        assertEquals(Optional.of(new Arrival.Resize(24, 80)), add("{\"Width\":80,\"Height\":24}"));
    }
}
