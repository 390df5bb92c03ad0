package dev.berth.image.pull;

import dev.berth.image.layer.limit.LayerException;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.registry.failure.RegistryException;
import dev.berth.image.registry.host.HostsFileException;
import dev.berth.image.tar.TarFormatException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A pull that failed: its message names the image, what was tried where, and what came back. */
public abstract sealed class PullException extends Exception {
    private static final long serialVersionUID = 1L;

    private PullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What a failure under way means to who asked for the image. */
    public static PullException of(String message, IOException cause) {
        return switch (cause) {
            case RegistryException registry ->
                switch (registry.kind()) {
                    case NOT_FOUND -> new NotFound(message, cause);
                    case UNAUTHORIZED -> new Unauthorized(message, cause);
                    case UNREACHABLE, UNRANGED -> new Unreachable(message, cause);
                    case CORRUPT -> new Corrupt(message, cause);
                    case UNSUPPORTED -> new Unsupported(message, cause);
                };
            case LayerException.Corrupt _ -> new Corrupt(message, cause);
            case LayerException.Refused _ -> new Unsupported(message, cause);
            case TarFormatException _ -> new Corrupt(message, cause);
            case HostsFileException _ -> new Misconfigured(message, cause);
            case DocumentException document ->
                document.isUnsupported() ? new Unsupported(message, cause) : new Corrupt(message, cause);
            default -> new Storage(message, cause);
        };
    }

    /** No host has the image. */
    public static final class NotFound extends PullException {
        private static final long serialVersionUID = 1L;

        NotFound(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** A host wants other credentials than those given. */
    public static final class Unauthorized extends PullException {
        private static final long serialVersionUID = 1L;

        Unauthorized(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** No host answered, or none gave a useful answer; trying again later may help. */
    public static final class Unreachable extends PullException {
        private static final long serialVersionUID = 1L;

        Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Something arrived that does not have the promised digest or form. */
    public static final class Corrupt extends PullException {
        private static final long serialVersionUID = 1L;

        public Corrupt(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The image is of a kind, platform or size that is not accepted here. */
    public static final class Unsupported extends PullException {
        private static final long serialVersionUID = 1L;

        Unsupported(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** This node's configuration of the registry cannot be used. */
    public static final class Misconfigured extends PullException {
        private static final long serialVersionUID = 1L;

        Misconfigured(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The image could not be written here. */
    public static final class Storage extends PullException {
        private static final long serialVersionUID = 1L;

        Storage(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
