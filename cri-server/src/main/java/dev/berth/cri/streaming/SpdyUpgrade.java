package dev.berth.cri.streaming;

import dev.berth.cri.streaming.port.PortForwarding;
import dev.berth.cri.streaming.remote.RemoteProtocol;
import dev.berth.cri.streaming.remote.SpdyRemote;
import dev.berth.cri.streaming.spdy.SpdyConnection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;

/** Gives a connection over to SPDY/3.1. */
final class SpdyUpgrade {
    static final String PROTOCOL = "SPDY/3.1";

    private final ChannelHandlerContext context;
    private final Sessions sessions;

    SpdyUpgrade(ChannelHandlerContext context, Sessions sessions) {
        this.context = context;
        this.sessions = sessions;
    }

    void give(StreamRequest request, Invitation invitation) {
        switch (invitation) {
            case Invitation.Remote remote -> giveRemote(request, remote);
            case Invitation.PortForward forward -> givePorts(request, forward);
        }
    }

    private void giveRemote(StreamRequest request, Invitation.Remote invitation) {
        var protocol = RemoteProtocol.overSpdy(request.protocols());
        if (protocol.isEmpty()) {
            refuse(request);
            return;
        }
        var remote = new SpdyRemote(
                protocol.get(), invitation.streams(), context.channel(), client -> sessions.start(invitation, client));
        remote.awaitStreams();
        switchTo(protocol.get().label(), remote.connection());
    }

    private void givePorts(StreamRequest request, Invitation.PortForward invitation) {
        if (!request.protocols().contains(PortForwarding.PROTOCOL)) {
            refuse(request);
            return;
        }
        switchTo(PortForwarding.PROTOCOL, new SpdyConnection(context.channel(), sessions.forwarding(invitation)));
    }

    private void refuse(StreamRequest request) {
        UpgradeHandler.refuse(
                context,
                HttpResponseStatus.FORBIDDEN,
                "none of the protocol versions %s is spoken here".formatted(request.protocols()));
    }

    private void switchTo(String protocol, SpdyConnection connection) {
        var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        answer.headers()
                .set(HttpHeaderNames.CONNECTION, "Upgrade")
                .set(HttpHeaderNames.UPGRADE, PROTOCOL)
                .set(StreamRequest.protocolHeader(), protocol);
        var _ = context.writeAndFlush(answer);
        var pipeline = context.pipeline();
        pipeline.addLast(SpdyConnection.codec(), connection);
        pipeline.remove(context.handler());
        pipeline.remove(HttpObjectAggregator.class);
        pipeline.remove(HttpServerCodec.class);
    }
}
