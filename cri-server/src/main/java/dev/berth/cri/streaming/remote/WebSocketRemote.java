package dev.berth.cri.streaming.remote;

import dev.berth.cri.streaming.flow.Arrival;
import dev.berth.cri.streaming.flow.Farewell;
import dev.berth.cri.streaming.flow.Inbox;
import dev.berth.cri.streaming.flow.Inflow;
import dev.berth.cri.streaming.flow.Outflow;
import dev.berth.engine.session.StreamChoice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client of exec or attach over WebSocket: the first byte of a message is the number of its stream. */
public final class WebSocketRemote extends SimpleChannelInboundHandler<WebSocketFrame> implements RemoteClient {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketRemote.class);

    /** In version 5, the number of a message that ends the stream whose number follows. */
    private static final int CLOSE_SIGNAL = 255;

    private final RemoteProtocol protocol;
    private final boolean base64;
    private final Channel channel;
    private final Inbox inbox;
    private final Outflow outflow;
    private final TerminalSize sizes = new TerminalSize();

    public WebSocketRemote(String subprotocol, Channel channel) {
        this.protocol = RemoteProtocol.ofWebSocket(subprotocol);
        this.base64 = RemoteProtocol.base64(subprotocol);
        this.channel = channel;
        this.inbox = new Inbox(new Inflow(channel));
        this.outflow = new Outflow(channel);
    }

    /** An empty message tells a client that its session is there, before the process says anything. */
    public void greet(StreamChoice choice) {
        var stream = choice.stdout() ? RemoteStream.STDOUT : choice.stderr() ? RemoteStream.STDERR : RemoteStream.ERROR;
        var _ = channel.writeAndFlush(frame(stream, ByteBuffer.allocate(0)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        switch (frame) {
            case BinaryWebSocketFrame binary -> receive(binary.content());
            case TextWebSocketFrame text -> receiveText(text.content());
            case PingWebSocketFrame ping -> answer(ping);
            case CloseWebSocketFrame _ -> inbox.put(new Arrival.Gone());
            default -> {}
        }
    }

    private void answer(PingWebSocketFrame ping) {
        var _ = channel.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
    }

    private void receive(ByteBuf message) {
        if (!message.isReadable()) {
            return;
        }
        int number = message.readUnsignedByte();
        if (number == CLOSE_SIGNAL && protocol.closesChannels()) {
            if (message.isReadable() && message.readUnsignedByte() == RemoteStream.STDIN.channel()) {
                inbox.put(new Arrival.End());
            }
            return;
        }
        receive(number, ByteBufUtil.getBytes(message));
    }

    /** The number as a digit, the content in base64. */
    private void receiveText(ByteBuf message) {
        if (message.isReadable()) {
            int number = message.readUnsignedByte() - '0';
            receive(number, Base64.getDecoder().decode(ByteBufUtil.getBytes(message)));
        }
    }

    private void receive(int number, byte[] content) {
        if (content.length == 0) {
            return;
        }
        if (number == RemoteStream.STDIN.channel()) {
            inbox.put(new Arrival.Content(ByteBuffer.wrap(content)));
        } else if (number == RemoteStream.RESIZE.channel()) {
            sizes.add(ByteBuffer.wrap(content)).ifPresent(inbox::put);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        inbox.put(new Arrival.Gone());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("WebSocket of {}: {}", channel.remoteAddress(), String.valueOf(cause));
        var _ = context.close();
    }

    @Override
    public RemoteProtocol protocol() {
        return protocol;
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public void send(RemoteStream stream, ByteBuffer content) throws IOException, InterruptedException {
        int bytes = content.remaining();
        outflow.send(frame(stream, content), bytes);
    }

    private WebSocketFrame frame(RemoteStream stream, ByteBuffer content) {
        return base64 ? text(stream, content) : binary(stream, content);
    }

    private static WebSocketFrame binary(RemoteStream stream, ByteBuffer content) {
        var number = ByteBuffer.wrap(new byte[] {(byte) stream.channel()});
        return new BinaryWebSocketFrame(Unpooled.wrappedBuffer(number, content));
    }

    private static WebSocketFrame text(RemoteStream stream, ByteBuffer content) {
        var encoded = StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(content));
        return new TextWebSocketFrame(stream.channel() + encoded.toString());
    }

    @Override
    public void finish() {
        inbox.discard();
        channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                .addListener(_ -> Farewell.say(channel));
    }
}
