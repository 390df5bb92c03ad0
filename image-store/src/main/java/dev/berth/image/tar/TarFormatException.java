package dev.berth.image.tar;

import java.io.IOException;

/** A tar archive that breaks its format's rules, or uses what no image needs. */
public final class TarFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    public TarFormatException(String message) {
        super(message);
    }
}
