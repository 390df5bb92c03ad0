package dev.berth.shim;

import java.io.IOException;
import java.nio.file.Path;

/** A shim that went away without an exit record: it was killed, and its container with it. */
public final class ShimLostException extends IOException {
    private static final long serialVersionUID = 1L;

    ShimLostException(Path directory) {
        super("the shim of " + directory + " is gone and left no exit record");
    }
}
