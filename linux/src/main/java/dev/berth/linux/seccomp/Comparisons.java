package dev.berth.linux.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** {@code struct scmp_arg_cmp}: argument, operator, two 64-bit operands. */
final class Comparisons {
    private static final int BYTES = 24;

    private Comparisons() {}

    static byte[] encode(List<ArgumentTest> arguments) {
        // the library does not look at the array when there is nothing in it, but it must not be null
        var bytes = ByteBuffer.allocate(BYTES * Math.max(1, arguments.size())).order(ByteOrder.nativeOrder());
        for (ArgumentTest argument : arguments) {
            bytes.putInt(argument.index()).putInt(argument.comparison().code());
            bytes.putLong(argument.value()).putLong(argument.valueTwo());
        }
        return bytes.array();
    }
}
