package dev.berth.shim;

import dev.berth.shim.frame.Frame;
import dev.berth.shim.frame.FrameChannel;
import dev.berth.shim.frame.FrameType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What can be said to, and heard from, processes with standard streams: a command in a container, or the container. */
final class Conversation implements AutoCloseable {
    private final FrameChannel channel;

    Conversation(FrameChannel channel) {
        this.channel = channel;
    }

    Output next() throws IOException {
        while (true) {
            Frame frame = channel.receive();
            switch (frame.type()) {
                case STDOUT -> {
                    return new Output.Stdout(frame.payload());
                }
                case STDERR -> {
                    return new Output.Stderr(frame.payload());
                }
                case EXITED -> {
                    return new Output.Exited(
                            frame.payload().getInt(), frame.payload().getInt());
                }
                case LOST -> {
                    return new Output.Lost();
                }
                // answers to signals and resizes, which may fail only because the process has ended
                case DONE -> {}
                default -> throw new IOException("unexpected " + frame.type() + " from the shim");
            }
        }
    }

    void signal(int number) throws IOException {
        channel.send(FrameType.SIGNAL, numbers(number));
    }

    void resize(int rows, int columns) throws IOException {
        channel.send(FrameType.RESIZE, numbers(rows, columns));
    }

    void stdin(byte[] content) throws IOException {
        for (int from = 0; from < content.length; from += FrameChannel.STDIN_PIECE) {
            int to = Math.min(content.length, from + FrameChannel.STDIN_PIECE);
            channel.send(FrameType.STDIN, Arrays.copyOfRange(content, from, to));
        }
    }

    void closeStdin() throws IOException {
        channel.send(FrameType.CLOSE_STDIN);
    }

    private static byte[] numbers(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            buffer.putInt(value);
        }
        return buffer.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
