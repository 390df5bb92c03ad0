package dev.berth.engine.host;

import java.io.IOException;

/** A host on which the daemon cannot serve: what is missing, and what to do. */
public final class HostException extends IOException {
    private static final long serialVersionUID = 1L;

    public HostException(String message) {
        super(message);
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
