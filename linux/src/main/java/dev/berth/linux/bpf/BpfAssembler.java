package dev.berth.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes eBPF instructions ({@code struct bpf_insn}) with jumps forward to labels. */
public final class BpfAssembler {
    /** What the kernel takes without further rights; also keeps jump offsets within 16 bits. */
    private static final int LIMIT = 4096;

    private static final int BYTES = 8;
    private static final int LDX_MEM_W = 0x61;
    private static final int ALU64_MOV_X = 0xbf;
    private static final int ALU_MOV_K = 0xb4;
    private static final int ALU_AND_K = 0x54;
    private static final int ALU_RSH_K = 0x74;
    private static final int JMP_JEQ_K = 0x15;
    private static final int JMP_JNE_K = 0x55;
    private static final int EXIT = 0x95;

    /** The registers a caller may use; R1 holds the context at the start, R0 the result at the end. */
    public enum Register {
        R0(0),
        R1(1),
        R2(2),
        R3(3),
        R4(4),
        R5(5);

        private final int number;

        Register(int number) {
            this.number = number;
        }
    }

    private record Instruction(int code, int registers, int offset, int immediate, String target) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    /** Loads 32 bits from memory. */
    public BpfAssembler loadWord(Register to, Register base, int offset) {
        return add(LDX_MEM_W, to, base, offset, 0, "");
    }

    public BpfAssembler move(Register to, Register from) {
        return add(ALU64_MOV_X, to, from, 0, 0, "");
    }

    /** On the lower 32 bits; the upper ones become zero. */
    public BpfAssembler and(Register register, int mask) {
        return add(ALU_AND_K, register, Register.R0, 0, mask, "");
    }

    /** On the lower 32 bits; the upper ones become zero. */
    public BpfAssembler shiftRight(Register register, int bits) {
        return add(ALU_RSH_K, register, Register.R0, 0, bits, "");
    }

    public BpfAssembler jumpIfEqual(Register register, int value, String label) {
        return add(JMP_JEQ_K, register, Register.R0, 0, value, label);
    }

    public BpfAssembler jumpUnlessEqual(Register register, int value, String label) {
        return add(JMP_JNE_K, register, Register.R0, 0, value, label);
    }

    public BpfAssembler returns(int value) {
        return add(ALU_MOV_K, Register.R0, Register.R0, 0, value, "").add(EXIT, Register.R0, Register.R0, 0, 0, "");
    }

    /** Names the next instruction. */
    public BpfAssembler label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalStateException("label " + name + " is set twice");
        }
        return this;
    }

    /** The program in the host's byte order. */
    public byte[] assemble() {
        if (instructions.size() > LIMIT) {
            throw new IllegalArgumentException(
                    "a BPF program of " + instructions.size() + " instructions; the limit is " + LIMIT);
        }
        var bytes = ByteBuffer.allocate(BYTES * instructions.size()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < instructions.size(); i++) {
            Instruction one = instructions.get(i);
            bytes.put((byte) one.code()).put((byte) one.registers());
            bytes.putShort((short) (one.target().isEmpty() ? one.offset() : distance(i, one.target())));
            bytes.putInt(one.immediate());
        }
        return bytes.array();
    }

    private int distance(int from, String label) {
        Integer to = labels.get(label);
        if (to == null || to <= from) {
            throw new IllegalStateException("label " + label + " is not ahead of instruction " + from);
        }
        return to - from - 1;
    }

    private BpfAssembler add(int code, Register to, Register from, int offset, int immediate, String target) {
        instructions.add(new Instruction(code, to.number | (from.number << 4), offset, immediate, target));
        return this;
    }
}
