package dev.berth.cri.streaming;

import java.util.Arrays;
import java.util.Optional;

/** The streams of a remote command, and their numbers as WebSocket channels (Kubernetes' {@code channel.k8s.io}). */
enum RemoteStream {
    STDIN,
    STDOUT,
    STDERR,
    ERROR,
    RESIZE;

    int channel() {
        return ordinal();
    }

    static Optional<RemoteStream> ofChannel(int channel) {
        return channel < values().length ? Optional.of(values()[channel]) : Optional.empty();
    }

    /** By the value of SPDY's {@code streamtype} header. */
    static Optional<RemoteStream> ofType(String type) {
        return Arrays.stream(values())
                .filter(each -> each.name().equalsIgnoreCase(type))
                .findFirst();
    }
}
