package dev.berth.linux.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.bpf.BpfAssembler.Register;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class BpfAssemblerTest {
    @Test
    void instructionsHaveTheKernelsLayout() {
        byte[] program = new BpfAssembler()
                .loadWord(Register.R2, Register.R1, 4)
                .jumpUnlessEqual(Register.R2, 7, "end")
                .returns(1)
                .label("end")
                .returns(0)
                .assemble();
        assertArrayEquals(
                HexFormat.of()
                        .parseHex("6112040000000000" + "5502020007000000" + "b400000001000000" + "9500000000000000"
                                + "b400000000000000" + "9500000000000000"),
                program);
    }

    @Test
    void aJumpBackOrToNowhereIsRefused() {
        assertThrows(
                IllegalStateException.class,
                () -> new BpfAssembler().jumpIfEqual(Register.R1, 0, "nowhere").assemble());
    }

    @Test
    void theVerifiersReasonIsInTheError() {
        byte[] readsUnsetRegister =
                new BpfAssembler().move(Register.R0, Register.R5).returns(0).assemble();
        var refused = assertThrows(ErrnoException.class, () -> CgroupDeviceProgram.load(readsUnsetRegister));
        assertTrue(refused.is(Errno.EACCES));
        assertTrue(refused.toString().contains("R5 !read_ok"), refused.toString());
    }
}
