package dev.berth.cri.streaming.spdy;

import dev.berth.cri.streaming.flow.Outflow;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** A stream that a client has opened on a SPDY connection. */
public final class SpdyStream {
    private final SpdyConnection connection;
    private final int id;
    private final SpdyHeaders headers;
    private final Outflow outflow;
    private boolean ended;
    private boolean cut;

    SpdyStream(SpdyConnection connection, int id, SpdyHeaders headers, Outflow outflow) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
        this.outflow = outflow;
    }

    int id() {
        return id;
    }

    /** The value of a header of the stream; empty when the client gave none. */
    public String header(String name) {
        var value = headers.getAsString(name);
        return value == null ? "" : value;
    }

    public void send(ByteBuffer content) throws IOException, InterruptedException {
        synchronized (this) {
            if (ended || cut) {
                throw new ClosedChannelException();
            }
        }
        var bytes = content.remaining();
        outflow.send(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(content)), bytes);
    }

    /** No more is sent; the client may still send. */
    public void end() {
        synchronized (this) {
            if (ended || cut) {
                return;
            }
            ended = true;
        }
        var last = new DefaultSpdyDataFrame(id, Unpooled.EMPTY_BUFFER);
        last.setLast(true);
        connection.end(id, last);
    }

    /** The client wants nothing of it any more. */
    void cut() {
        synchronized (this) {
            cut = true;
        }
    }
}
