package dev.berth.cri.container;

import dev.berth.shim.plan.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The start of what a command writes; the rest is read and dropped, so that no command fills the daemon's memory. */
final class CappedOutput {
    /** Per stream: both together fit the 16 MiB that a CRI client takes in one message. */
    private static final int LIMIT = (8 << 20) - (4 << 10);

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);

    void add(ByteBuffer content) {
        var bytes = new byte[Math.min(content.remaining(), LIMIT - kept.size())];
        content.get(bytes);
        kept.writeBytes(bytes);
    }

    Bytes kept() {
        return Bytes.of(kept.toByteArray());
    }
}
