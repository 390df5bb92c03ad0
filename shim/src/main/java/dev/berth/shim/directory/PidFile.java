package dev.berth.shim.directory;

import dev.berth.linux.process.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Which processes a shim and its init are. */
public record PidFile(int shimPid, ProcessIdentity init) {
    public static final int BYTES = 16;

    /** Empty if the shim has not come far enough to write it. */
    public static Optional<PidFile> read(ShimDirectory directory) throws IOException {
        try {
            byte[] content = Files.readAllBytes(directory.pid());
            if (content.length != BYTES) {
                throw new IOException(directory.pid() + " has " + content.length + " bytes");
            }
            ByteBuffer fields = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
            int shimPid = fields.getInt();
            return Optional.of(new PidFile(shimPid, new ProcessIdentity(fields.getInt(), fields.getLong())));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }
}
