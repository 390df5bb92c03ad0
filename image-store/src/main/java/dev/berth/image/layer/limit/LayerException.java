package dev.berth.image.layer.limit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A layer that cannot become a file tree here, through its own fault. */
public abstract sealed class LayerException extends IOException {
    private static final long serialVersionUID = 1L;

    private LayerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Its bytes are not those that were promised, or make no sense. */
    public static final class Corrupt extends LayerException {
        private static final long serialVersionUID = 1L;

        public Corrupt(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** It asks for what is not allowed or not known: leaving its tree, growing beyond the limits, an unknown compression. */
    public static final class Refused extends LayerException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message, null);
        }
    }
}
