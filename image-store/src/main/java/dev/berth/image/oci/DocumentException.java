package dev.berth.image.oci;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An image document that is malformed, ambiguous, or of a kind that is not known here. */
public final class DocumentException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean unsupported;

    private DocumentException(String message, boolean unsupported, @Nullable Throwable cause) {
        super(message, cause);
        this.unsupported = unsupported;
    }

    static DocumentException malformed(String message, @Nullable Throwable cause) {
        return new DocumentException(message, false, cause);
    }

    public static DocumentException unsupported(String message) {
        return new DocumentException(message, true, null);
    }

    /** Whether the document may be right, only not for this host. */
    public boolean isUnsupported() {
        return unsupported;
    }
}
