package dev.berth.image.registry.host;

import java.io.IOException;

/** A hosts.toml that cannot be used: its message names file, line and column, and what is wrong there. */
public final class HostsFileException extends IOException {
    private static final long serialVersionUID = 1L;

    HostsFileException(String message, Exception cause) {
        super(message, cause);
    }
}
