package dev.berth.engine.image;

import java.io.IOException;

/** Whoever asked for what is being written does not want it any more. */
public final class CallerGone extends IOException {
    private static final long serialVersionUID = 1L;

    public CallerGone() {
        super("the caller has gone");
    }
}
