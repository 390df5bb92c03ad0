package dev.berth.engine.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StopSignalTest {
    @ParameterizedTest
    @CsvSource({
        "SIGTERM, 15",
        "term, 15",
        "15, 15",
        "015, 15",
        "32, 32",
        "SIGRTMIN, 34",
        "SIGRTMIN+3, 37",
        "RTMAX-1, 63",
        "SIGNAL_SIGRTMINPLUS15, 49",
        "SIGNAL_SIGRTMAXMINUS14, 50",
    })
    void itIsReadHoweverItIsWritten(String text, int number) {
        assertEquals(OptionalInt.of(number), StopSignal.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65", "-1", "99999999999", "SIGNONE", "SIGRTMIN+31", "SIGRTMAX-64"})
    void oneThatDoesNotExistIsNone(String text) {
        assertEquals(OptionalInt.empty(), StopSignal.parse(text));
    }

    @Test
    void theProtocolsNamesLeadBackToTheirNumbers() {
        for (int number = 1; number <= 64; number++) {
            if (number == 32 || number == 33) {
                assertEquals("SIGNAL_RUNTIME_DEFAULT", StopSignal.criName(number));
            } else {
                assertEquals(OptionalInt.of(number), StopSignal.parse(StopSignal.criName(number)));
            }
        }
    }
}
