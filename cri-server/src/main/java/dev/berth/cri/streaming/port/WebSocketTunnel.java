package dev.berth.cri.streaming.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;

/** SPDY within WebSocket: the bytes of one connection as the content of binary messages of another. */
public final class WebSocketTunnel extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
    /** The subprotocol that asks for it. */
    public static final String SUBPROTOCOL = "SPDY/3.1+portforward.k8s.io";

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
        switch (frame) {
            case BinaryWebSocketFrame binary -> out.add(binary.content().retain());
            case ContinuationWebSocketFrame more -> out.add(more.content().retain());
            case PingWebSocketFrame ping -> answer(context, ping);
            case CloseWebSocketFrame _ -> end(context);
            default -> {}
        }
    }

    private static void answer(ChannelHandlerContext context, PingWebSocketFrame ping) {
        var _ = context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
    }

    private static void end(ChannelHandlerContext context) {
        var _ = context.close();
    }
}
