package dev.berth.cri.streaming.remote;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** The versions of Kubernetes' remote command protocol, newest first. */
public enum RemoteProtocol {
    /** A client closes one of its WebSocket channels. */
    V5("v5.channel.k8s.io"),
    /** The end of the process is told as a Status object. */
    V4("v4.channel.k8s.io"),
    /** The client tells the size of its terminal. */
    V3("v3.channel.k8s.io"),
    V2("v2.channel.k8s.io"),
    V1("channel.k8s.io");

    /** As text frames with content in base64, for clients that have no binary frames. */
    private static final String BASE64_V4 = "v4.base64.channel.k8s.io";

    private static final String BASE64_V1 = "base64.channel.k8s.io";

    private final String label;

    RemoteProtocol(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    boolean tellsStatus() {
        return compareTo(V4) <= 0;
    }

    boolean resizes() {
        return compareTo(V3) <= 0;
    }

    boolean closesChannels() {
        return this == V5;
    }

    /** SPDY closes streams by itself and has no version 5. A client that names no version speaks the first. */
    public static Optional<RemoteProtocol> overSpdy(Collection<String> offered) {
        if (offered.isEmpty()) {
            return Optional.of(V1);
        }
        return Arrays.stream(values())
                .filter(each -> each != V5 && offered.contains(each.label))
                .findFirst();
    }

    /** The WebSocket subprotocols that are spoken. */
    public static Set<String> webSocketLabels() {
        return Set.of(V5.label, V4.label, BASE64_V4, V1.label, BASE64_V1);
    }

    /** A client that names no subprotocol speaks the first version in binary frames. */
    static RemoteProtocol ofWebSocket(String subprotocol) {
        return switch (subprotocol) {
            case "v5.channel.k8s.io" -> V5;
            case "v4.channel.k8s.io", BASE64_V4 -> V4;
            default -> V1;
        };
    }

    static boolean base64(String subprotocol) {
        return subprotocol.equals(BASE64_V4) || subprotocol.equals(BASE64_V1);
    }
}
