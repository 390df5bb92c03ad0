package dev.berth.cri.streaming.port;

import dev.berth.cri.streaming.flow.Arrival;
import dev.berth.cri.streaming.flow.Inbox;
import dev.berth.cri.streaming.spdy.SpdyStream;
import dev.berth.engine.failure.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection into a pod, carried both ways until both sides have ended it. */
final class ForwardedPort {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardedPort.class);
    private static final int PIECE_BYTES = 32 << 10;

    private final String name;
    private final Dialer dialer;
    private final Inbox inbox;
    private final SpdyStream data;
    private final SpdyStream error;
    private volatile boolean clientLeft;

    @FunctionalInterface
    interface Dialer {
        SocketChannel dial() throws EngineException, IOException;
    }

    ForwardedPort(String name, Dialer dialer, Inbox inbox, SpdyStream data, SpdyStream error) {
        this.name = name;
        this.dialer = dialer;
        this.inbox = inbox;
        this.data = data;
        this.error = error;
    }

    void run() {
        try (var socket = dialer.dial()) {
            var upward = Thread.ofVirtual().name(name + " input").start(() -> feed(socket));
            follow(socket);
            data.end();
            error.end();
            upward.join();
        } catch (EngineException | IOException e) {
            LOG.debug("{}: {}", name, String.valueOf(e));
            if (!clientLeft) {
                tell(error, String.valueOf(e.getMessage()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            inbox.discard();
            data.end();
            error.end();
        }
    }

    private void follow(SocketChannel socket) throws IOException, InterruptedException {
        while (true) {
            var piece = ByteBuffer.allocate(PIECE_BYTES);
            if (socket.read(piece) < 0) {
                return;
            }
            data.send(piece.flip());
        }
    }

    private void feed(SocketChannel socket) {
        try {
            while (true) {
                switch (inbox.take()) {
                    case Arrival.Content(var bytes) -> write(socket, bytes);
                    case Arrival.End() -> {
                        socket.shutdownOutput();
                        return;
                    }
                    case Arrival.Resize _ -> {}
                    case Arrival.Gone() -> {
                        clientLeft = true;
                        socket.close();
                        return;
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("{}: input: {}", name, String.valueOf(e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            inbox.discard();
        }
    }

    private static void write(SocketChannel socket, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            socket.write(content);
        }
    }

    /** The client shows this to its user. */
    static void tell(SpdyStream error, String message) {
        try {
            error.send(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException _) {
            // the client has gone
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        error.end();
    }
}
