package dev.berth.shim.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** The exit record on disk: the payload of EXITED. */
public final class ExitFile {
    public static final int BYTES = 26;

    private ExitFile() {}

    public static Optional<ExitRecord> read(ShimDirectory directory) throws IOException {
        try {
            byte[] content = Files.readAllBytes(directory.exit());
            if (content.length != BYTES) {
                throw new IOException(directory.exit() + " has " + content.length + " bytes");
            }
            return Optional.of(ExitRecord.decode(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN)));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }
}
