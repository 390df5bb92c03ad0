package dev.berth.shim.frame;

import dev.berth.linux.Fd;
import dev.berth.linux.process.Descriptors;
import dev.berth.shim.directory.ShimDirectory;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A connection to a shim. One thread may receive while another sends. */
public final class FrameChannel implements AutoCloseable {
    /** Length and type. */
    public static final int HEADER_BYTES = 5;

    /** The largest frame either side accepts. */
    public static final int LIMIT_FRAME = 2_097_152;

    /** STDIN is sent in pieces of this size. */
    public static final int STDIN_PIECE = 32 * 1024;

    private static final ProtocolFamily UNIX = StandardProtocolFamily.UNIX;

    private final SocketChannel socket;
    private final Object sending = new Object();

    private FrameChannel(SocketChannel socket) {
        this.socket = socket;
    }

    /** Connects through a descriptor of the directory: a socket's path may have 107 bytes at most, a directory's 4095. */
    public static FrameChannel connect(ShimDirectory directory) throws IOException {
        SocketChannel socket = SocketChannel.open(UNIX);
        try (Fd place = Descriptors.place(directory.path().toString())) {
            Path file = directory.socket().getFileName();
            socket.connect(UnixDomainSocketAddress.of(
                    Path.of("/proc/self/fd", Integer.toString(place.number())).resolve(file)));
            return new FrameChannel(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    public void send(FrameType type, byte... payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(payload.length).put((byte) type.code()).put(payload).flip();
        synchronized (sending) {
            while (frame.hasRemaining()) {
                socket.write(frame);
            }
        }
    }

    /** The next frame; EOFException when the shim has closed the connection. */
    public Frame receive() throws IOException {
        ByteBuffer header = read(HEADER_BYTES);
        int length = header.getInt();
        int code = Byte.toUnsignedInt(header.get());
        if (length < 0 || length > LIMIT_FRAME) {
            throw new IOException("frame of " + length + " bytes from the shim");
        }
        FrameType type = FrameType.of(code).orElseThrow(() -> new IOException("frame of unknown type " + code));
        return new Frame(type, read(length));
    }

    private ByteBuffer read(int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("the shim closed the connection");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
