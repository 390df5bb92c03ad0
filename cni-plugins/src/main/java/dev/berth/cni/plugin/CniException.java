package dev.berth.cni.plugin;

import java.io.IOException;

/** A network operation that failed: which plugin or step, on what, and why. */
public final class CniException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is, for the caller to choose its status code. */
    public enum Kind {
        /** No usable network configuration. */
        NOT_CONFIGURED,
        /** The network's configuration cannot be read, or means nothing. */
        BROKEN,
        /** The request asks for something that does not exist, such as an annotation's value that cannot be meant. */
        INVALID,
        /** The request cannot be met as it is, such as a host port that is taken. */
        CONFLICT,
        /** No address is free. */
        EXHAUSTED,
        /** A plugin did not answer in time. */
        TIMEOUT,
        /** Anything else that a plugin or the kernel refused. */
        FAILED
    }

    private final Kind kind;

    public CniException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public CniException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
