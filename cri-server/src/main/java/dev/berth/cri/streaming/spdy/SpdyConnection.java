package dev.berth.cri.streaming.spdy;

import dev.berth.cri.streaming.flow.Arrival;
import dev.berth.cri.streaming.flow.Farewell;
import dev.berth.cri.streaming.flow.Inflow;
import dev.berth.cri.streaming.flow.Outflow;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySessionStatus;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of a SPDY/3.1 connection as Kubernetes' clients speak it: the client opens all streams, and neither
 * side counts flow-control windows (their library sends no WINDOW_UPDATE). What is not read waits in TCP.
 */
public final class SpdyConnection extends SimpleChannelInboundHandler<SpdyFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(SpdyConnection.class);

    /** Open streams of one connection: two for each connection that is forwarded. */
    private static final int MAX_STREAMS = 2048;

    private static final int MAX_CHUNK_BYTES = 32 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    /** Of the few headers that are sent: the least memory that zlib can do with. */
    private static final int DEFLATE_LEVEL = 1;

    private static final int WINDOW_BITS = 9;
    private static final int MEMORY_LEVEL = 1;

    private final Acceptor acceptor;
    private final Map<Integer, Opened> streams = new HashMap<>();
    private final Inflow inflow;
    private final Channel channel;
    private int lastStream;

    /** What becomes of the streams that a client opens. Asked on the event loop: it must not wait. */
    public interface Acceptor {
        /** Who takes what arrives on a new stream; null refuses it. */
        @Nullable
        Consumer<Arrival> opened(SpdyStream stream, Inflow inflow);

        /** The connection has ended; each stream that was open has been told. */
        void closed();
    }

    private record Opened(SpdyStream stream, Consumer<Arrival> sink, boolean remoteEnded) {}

    public SpdyConnection(Channel channel, Acceptor acceptor) {
        this.channel = channel;
        this.acceptor = acceptor;
        this.inflow = new Inflow(channel);
    }

    /** What all streams of the connection together have waiting. */
    public Inflow inflow() {
        return inflow;
    }

    /** Frames to bytes and back. */
    public static SpdyFrameCodec codec() {
        return new SpdyFrameCodec(
                SpdyVersion.SPDY_3_1, MAX_CHUNK_BYTES, MAX_HEADER_BYTES, DEFLATE_LEVEL, WINDOW_BITS, MEMORY_LEVEL);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, SpdyFrame frame) {
        switch (frame) {
            case SpdySynStreamFrame opening -> open(opening);
            case SpdyDataFrame data -> receive(data);
            case SpdyRstStreamFrame reset -> cut(reset.streamId());
            case SpdyHeadersFrame headers when headers.isLast() -> remoteEnd(headers.streamId());
            case SpdyPingFrame ping -> answer(ping);
            // settings, priorities and windows ask for nothing that is done here
            default -> {}
        }
    }

    private void answer(SpdyPingFrame ping) {
        var _ = channel.writeAndFlush(ping);
    }

    private void open(SpdySynStreamFrame opening) {
        int id = opening.streamId();
        if (opening.isInvalid() || id <= lastStream || id % 2 == 0) {
            refuse(id, SpdyStreamStatus.PROTOCOL_ERROR);
            return;
        }
        lastStream = id;
        var stream = new SpdyStream(this, id, opening.headers(), new Outflow(channel));
        var sink = streams.size() < MAX_STREAMS ? acceptor.opened(stream, inflow) : null;
        if (sink == null) {
            refuse(id, SpdyStreamStatus.REFUSED_STREAM);
            return;
        }
        streams.put(id, new Opened(stream, sink, false));
        reply(id);
        if (opening.isLast()) {
            remoteEnd(id);
        }
    }

    /** With the headers that a reply must have (SPDY/3.1, 3.2.2); Kubernetes' clients cannot read an empty block. */
    private void reply(int id) {
        var reply = new DefaultSpdySynReplyFrame(id);
        reply.headers().set(":status", "200").set(":version", "HTTP/1.1");
        var _ = channel.writeAndFlush(reply);
    }

    private void refuse(int id, SpdyStreamStatus reason) {
        var _ = channel.writeAndFlush(new DefaultSpdyRstStreamFrame(id, reason));
    }

    private void receive(SpdyDataFrame data) {
        var opened = streams.get(data.streamId());
        if (opened == null || opened.remoteEnded()) {
            return;
        }
        if (data.content().isReadable()) {
            opened.sink().accept(new Arrival.Content(ByteBuffer.wrap(ByteBufUtil.getBytes(data.content()))));
        }
        if (data.isLast()) {
            remoteEnd(data.streamId());
        }
    }

    private void remoteEnd(int id) {
        var opened = streams.computeIfPresent(id, (_, old) -> new Opened(old.stream(), old.sink(), true));
        if (opened != null) {
            opened.sink().accept(new Arrival.End());
        }
    }

    private void cut(int id) {
        var opened = streams.remove(id);
        if (opened != null) {
            opened.stream().cut();
            opened.sink().accept(new Arrival.Gone());
        }
    }

    /** Sends the last frame of a stream, and forgets the stream if the client has ended it too. Any thread may ask. */
    void end(int id, SpdyDataFrame last) {
        channel.eventLoop().execute(() -> {
            var _ = channel.writeAndFlush(last);
            streams.computeIfPresent(id, (_, opened) -> opened.remoteEnded() ? null : opened);
        });
    }

    /** Tells the client that this is all, and ends the connection once it has seen that. */
    public void finish() {
        channel.writeAndFlush(new DefaultSpdyGoAwayFrame(Math.max(lastStream, 0), SpdySessionStatus.OK))
                .addListener(_ -> Farewell.say(channel));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        for (var id : streams.keySet().toArray(Integer[]::new)) {
            cut(id);
        }
        acceptor.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("SPDY connection of {}: {}", channel.remoteAddress(), String.valueOf(cause));
        var _ = context.close();
    }
}
