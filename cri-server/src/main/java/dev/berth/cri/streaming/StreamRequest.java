package dev.berth.cri.streaming;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;
import java.util.List;

/** What a client asks for: a path of two parts, what and by which token, and how it wants to speak. */
record StreamRequest(HttpRequest request, String kind, String token) {
    /** Names of protocols that a client lists; a list that is longer is not read on. */
    private static final int MAX_PROTOCOLS = 16;

    private static final String PROTOCOL_HEADER = "X-Stream-Protocol-Version";

    static StreamRequest of(HttpRequest request) {
        var parts = new QueryStringDecoder(request.uri()).path().split("/", -1);
        return parts.length == 3 && parts[0].isEmpty()
                ? new StreamRequest(request, parts[1], parts[2])
                : new StreamRequest(request, "", "");
    }

    static String protocolHeader() {
        return PROTOCOL_HEADER;
    }

    boolean upgrades(String protocol) {
        var headers = request.headers();
        return headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, protocol, true);
    }

    /** The versions of the protocol within SPDY that the client speaks. */
    List<String> protocols() {
        return listed(PROTOCOL_HEADER);
    }

    List<String> subprotocols() {
        return listed(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL.toString());
    }

    private List<String> listed(String header) {
        return request.headers().getAll(header).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .limit(MAX_PROTOCOLS)
                .toList();
    }
}
