package dev.berth.cri.streaming.remote;

import java.util.Arrays;
import java.util.Optional;

/** The streams of a remote command, and their numbers as WebSocket channels (Kubernetes' {@code channel.k8s.io}). */
enum RemoteStream {
    STDIN(0),
    STDOUT(1),
    STDERR(2),
    ERROR(3),
    RESIZE(4);

    private final int channel;

    RemoteStream(int channel) {
        this.channel = channel;
    }

    int channel() {
        return channel;
    }

    /** By the value of SPDY's {@code streamtype} header. */
    static Optional<RemoteStream> ofType(String type) {
        return Arrays.stream(values())
                .filter(each -> each.name().equalsIgnoreCase(type))
                .findFirst();
    }
}
