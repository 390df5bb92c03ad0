package dev.berth.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;

/** The two ends of a pipe. */
public record Pipe(Fd readEnd, Fd writeEnd) implements AutoCloseable {
    private static final int O_CLOEXEC = 02000000;

    public static Pipe open() throws ErrnoException {
        try (Memory ends = new Memory(2L * Integer.BYTES)) {
            if (DescriptorCalls.pipe2(ends, O_CLOEXEC) != 0) {
                throw new ErrnoException("pipe2", "", Native.getLastError());
            }
            return new Pipe(new Fd(ends.getInt(0)), new Fd(ends.getInt(Integer.BYTES)));
        }
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
