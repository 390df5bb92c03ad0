package dev.berth.shim;

import dev.berth.linux.Fd;
import dev.berth.linux.process.SealedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The berth-shim program in sealed memory, which no container can overwrite through {@code /proc/<pid>/exe}. */
public final class ShimBinary implements AutoCloseable {
    private final Fd program;

    private ShimBinary(Fd program) {
        this.program = program;
    }

    public static ShimBinary load(Path file) throws IOException {
        return new ShimBinary(SealedFile.of("berth-shim", Files.readAllBytes(file)));
    }

    Fd program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
    }
}
