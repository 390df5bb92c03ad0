package dev.berth.engine.seccomp;

import java.io.IOException;

/** A profile that cannot be read or means nothing here; the message names it. */
public final class SeccompProfileException extends IOException {
    private static final long serialVersionUID = 1L;

    SeccompProfileException(String profile, String why) {
        super("seccomp profile " + profile + ": " + why);
    }

    SeccompProfileException(String profile, String why, Throwable cause) {
        super("seccomp profile " + profile + ": " + why, cause);
    }
}
