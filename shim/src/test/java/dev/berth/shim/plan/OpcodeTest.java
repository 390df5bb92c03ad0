package dev.berth.shim.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.berth.shim.ProtocolHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpcodeTest {
    private final ProtocolHeader header = ProtocolHeader.read();

    OpcodeTest() throws IOException {}

    @Test
    void opcodesAreThoseOfTheHeader() {
        assertEquals(
                header.steps().entrySet().stream()
                        .collect(Collectors.toMap(
                                e -> e.getKey(), e -> e.getValue().opcode())),
                Arrays.stream(Opcode.values()).collect(Collectors.toMap(Opcode::name, Opcode::code)));
    }

    @Test
    void everyStepIsEncodedWithTheFieldsOfTheHeader() {
        assertEquals(
                Step.class.getPermittedSubclasses().length,
                all().stream().map(Object::getClass).distinct().count());
        for (Step step : all()) {
            WireBuffer out = new WireBuffer();
            PlanEncoder.encode(new LaunchPlan(0, Optional.empty(), List.of(step)), 2, out);
            ByteBuffer encoded = ByteBuffer.wrap(out.toArray()).order(ByteOrder.LITTLE_ENDIAN);
            encoded.position(Long.BYTES + Integer.BYTES + 1 + 2 * Integer.BYTES);
            int opcode = encoded.get();
            String fields = header.steps().values().stream()
                    .filter(format -> format.opcode() == opcode)
                    .findFirst()
                    .orElseThrow()
                    .fields();
            fields.chars().forEach(field -> skip((char) field, encoded));
            assertFalse(encoded.hasRemaining(), step::toString);
        }
    }

    private static List<Step> all() {
        return Stream.concat(Samples.STEPS.stream(), Stream.of(Samples.CALL)).toList();
    }

    private static void skip(char field, ByteBuffer in) {
        switch (field) {
            case 'u', 't', 'd' -> in.getInt();
            case 'q' -> in.getLong();
            case 'b' -> in.get();
            case 's' -> in.position(in.getInt() + in.position() + 1);
            case 'y' -> in.position(in.getInt() + in.position());
            case 'L' -> repeat('s', in);
            case 'g' -> repeat('u', in);
            default -> throw new IllegalArgumentException("field " + field);
        }
    }

    private static void repeat(char field, ByteBuffer in) {
        for (int count = in.getInt(); count > 0; count--) {
            skip(field, in);
        }
    }
}
