package dev.berth.image.registry.failure;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What could not be had from a registry, with each host that was asked and its answer. */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What the caller can do about it. */
    public enum Kind {
        NOT_FOUND,
        UNAUTHORIZED,
        UNREACHABLE,
        /** A range of a blob was wanted, and the whole may be had. */
        UNRANGED,
        CORRUPT,
        UNSUPPORTED
    }

    private final Kind kind;

    public RegistryException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
