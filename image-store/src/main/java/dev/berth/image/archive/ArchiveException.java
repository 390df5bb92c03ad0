package dev.berth.image.archive;

import java.io.IOException;

/** An archive of images that is malformed, or of a kind that is not known here. */
final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String message) {
        super(message);
    }
}
