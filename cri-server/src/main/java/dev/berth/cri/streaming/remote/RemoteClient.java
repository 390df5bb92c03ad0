package dev.berth.cri.streaming.remote;

import dev.berth.cri.streaming.flow.Inbox;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The far end of an exec or attach session, the same over SPDY and WebSocket. */
public interface RemoteClient {
    RemoteProtocol protocol();

    /** What the client sends, in order. */
    Inbox inbox();

    /** Waits while the client is behind; IOException when it has gone. */
    void send(RemoteStream stream, ByteBuffer content) throws IOException, InterruptedException;

    /** Ends all streams, and the connection once the client has seen that. */
    void finish();
}
