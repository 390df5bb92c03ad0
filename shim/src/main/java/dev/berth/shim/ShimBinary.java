package dev.berth.shim;

import dev.berth.linux.Fd;
import dev.berth.linux.process.ChildProcess;
import dev.berth.linux.process.Descriptors;
import dev.berth.linux.process.SealedFile;
import dev.berth.linux.process.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** The berth-shim program in sealed memory, which no container can overwrite through {@code /proc/<pid>/exe}. */
public final class ShimBinary implements AutoCloseable {
    /** Standard streams, launch, lock and result. */
    private static final int DESCRIPTORS = 6;

    /** Exit code 1, as waitpid(2) encodes it. */
    private static final int REFUSED = 1 << 8;

    private final Fd program;

    private ShimBinary(Fd program) {
        this.program = program;
    }

    public static ShimBinary load(Path file) throws IOException {
        return new ShimBinary(SealedFile.of("berth-shim", Files.readAllBytes(file)));
    }

    /**
     * Starts the program with nothing to launch, on which it ends at once.
     *
     * @throws IOException if this host cannot start it now: too many processes, no memory
     */
    public void probe() throws IOException {
        try (Fd nothing = Descriptors.existing("/dev/null")) {
            int pid = new Spawn(program, List.of("berth-shim"), List.of(), Collections.nCopies(DESCRIPTORS, nothing))
                    .start();
            int status = ChildProcess.await(pid);
            if (status != REFUSED) {
                throw new IOException(
                        "berth-shim ended with wait status " + status + " where it had nothing to launch");
            }
        }
    }

    Fd program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
    }
}
