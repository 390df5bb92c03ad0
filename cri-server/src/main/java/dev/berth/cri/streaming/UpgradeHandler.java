package dev.berth.cri.streaming;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a client's one HTTP request, and gives the connection over to the protocol that it asks for. */
final class UpgradeHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(UpgradeHandler.class);

    private final Invitations invitations;
    private final Sessions sessions;

    UpgradeHandler(Invitations invitations, Sessions sessions) {
        this.invitations = invitations;
        this.sessions = sessions;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest http) {
        if (!http.decoderResult().isSuccess()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "not an HTTP request");
            return;
        }
        var request = StreamRequest.of(http);
        var invitation = invitations.take(request.kind(), request.token());
        if (invitation.isEmpty()) {
            refuse(context, HttpResponseStatus.NOT_FOUND, "no such stream: an address is good once, and for a minute");
        } else if (request.upgrades("websocket")) {
            new WebSocketUpgrade(context, http, sessions).give(request, invitation.get());
        } else if (request.upgrades(SpdyUpgrade.PROTOCOL)) {
            new SpdyUpgrade(context, sessions).give(request, invitation.get());
        } else {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "streams are given over SPDY/3.1 or WebSocket only");
        }
    }

    static void refuse(ChannelHandlerContext context, HttpResponseStatus status, String why) {
        var body = Unpooled.copiedBuffer(why + "\n", StandardCharsets.UTF_8);
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        var _ = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("streaming request of {}: {}", context.channel().remoteAddress(), String.valueOf(cause));
        var _ = context.close();
    }
}
