package dev.berth.shim.frame;

import java.util.Arrays;
import java.util.Optional;

/** The frames of the control socket, as protocol.h lists them. */
public enum FrameType {
    SUBSCRIBE(1),
    EXEC(2),
    SIGNAL(3),
    STDIN(4),
    CLOSE_STDIN(5),
    REOPEN_LOG(6),
    PING(7),
    TERMINATE(8),
    ATTACH(9),
    RESIZE(10),
    RUNNING(64),
    EXITED(65),
    STARTED(66),
    FAILED(67),
    STDOUT(68),
    STDERR(69),
    DONE(70),
    PONG(71),
    LOST(72);

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Optional<FrameType> of(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
