package dev.berth.image.registry.http;

import java.io.IOException;

/** A response that came more slowly than is bearable. */
final class StalledException extends IOException {
    private static final long serialVersionUID = 1L;

    StalledException(String message) {
        super(message);
    }
}
