package dev.berth.image.registry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why one host did not give what was asked of it. */
final class HostFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final RegistryException.Kind kind;

    HostFailure(RegistryException.Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    RegistryException.Kind kind() {
        return kind;
    }
}
