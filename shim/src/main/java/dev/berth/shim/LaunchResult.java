package dev.berth.shim;

import dev.berth.linux.process.ProcessIdentity;
import dev.berth.shim.frame.Frame;
import dev.berth.shim.frame.FrameChannel;
import dev.berth.shim.frame.FrameType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The answer to a launch, from the result pipe or the control socket. */
final class LaunchResult {
    private LaunchResult() {}

    /** The started process; throws LaunchException if it did not start. */
    static ProcessIdentity started(Frame frame) throws IOException {
        return switch (frame.type()) {
            case STARTED ->
                new ProcessIdentity(frame.payload().getInt(), frame.payload().getLong());
            case FAILED -> throw LaunchException.decode(frame.payload());
            default -> throw new IOException("unexpected " + frame.type() + " from the shim");
        };
    }

    /** The single frame of the result pipe. */
    static Frame parse(byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < FrameChannel.HEADER_BYTES
                || buffer.getInt() != content.length - FrameChannel.HEADER_BYTES) {
            throw new IOException("the shim ended without a result (" + content.length + " bytes)");
        }
        int code = buffer.get();
        FrameType type = FrameType.of(code).orElseThrow(() -> new IOException("frame of unknown type " + code));
        return new Frame(type, buffer);
    }
}
