package dev.berth.cri.streaming;

import dev.berth.cri.streaming.port.WebSocketTunnel;
import dev.berth.cri.streaming.remote.RemoteProtocol;
import dev.berth.cri.streaming.remote.WebSocketRemote;
import dev.berth.cri.streaming.spdy.SpdyConnection;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives a connection over to WebSocket (RFC 6455). */
final class WebSocketUpgrade {
    /** A frame, or a whole message, of a client; Kubernetes' clients send 32 KiB at most. */
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final ChannelHandlerContext context;
    private final FullHttpRequest http;
    private final Sessions sessions;

    WebSocketUpgrade(ChannelHandlerContext context, FullHttpRequest http, Sessions sessions) {
        this.context = context;
        this.http = http;
        this.sessions = sessions;
    }

    void give(StreamRequest request, Invitation invitation) {
        var offered = request.subprotocols();
        var spoken = invitation instanceof Invitation.Remote
                ? RemoteProtocol.webSocketLabels()
                : Set.of(WebSocketTunnel.SUBPROTOCOL);
        var chosen = offered.stream().filter(spoken::contains).findFirst();
        if (chosen.isEmpty() && (!offered.isEmpty() || invitation instanceof Invitation.PortForward)) {
            UpgradeHandler.refuse(
                    context,
                    HttpResponseStatus.BAD_REQUEST,
                    "none of the subprotocols %s is spoken here, but %s".formatted(offered, spoken));
            return;
        }
        give(invitation, chosen.orElse(null));
    }

    private void give(Invitation invitation, @Nullable String subprotocol) {
        switch (invitation) {
            case Invitation.Remote remote -> {
                var client = new WebSocketRemote(subprotocol == null ? "" : subprotocol, context.channel());
                if (shakeHands(subprotocol, new WebSocketFrameAggregator(MAX_MESSAGE_BYTES), client)) {
                    client.greet(remote.streams());
                    sessions.start(remote, client);
                }
            }
            case Invitation.PortForward forward -> {
                var connection = new SpdyConnection(context.channel(), sessions.forwarding(forward));
                shakeHands(subprotocol, new WebSocketTunnel(), SpdyConnection.codec(), connection);
            }
        }
    }

    private boolean shakeHands(@Nullable String subprotocol, ChannelHandler... handlers) {
        var factory = new WebSocketServerHandshakerFactory(http.uri(), subprotocol, false, MAX_MESSAGE_BYTES);
        try {
            var handshaker = factory.newHandshaker(http);
            if (handshaker == null) {
                var _ = WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(context.channel());
                return false;
            }
            // from here outwards: what is behind this handler takes no HTTP
            var _ = handshaker.handshake(context, http);
            context.pipeline().addLast(handlers);
            context.pipeline().remove(context.handler());
            return true;
        } catch (WebSocketHandshakeException e) {
            UpgradeHandler.refuse(context, HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
            return false;
        }
    }
}
