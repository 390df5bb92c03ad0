package dev.berth.image.registry.failure;

import dev.berth.image.registry.failure.RegistryException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why one host did not give what was asked of it. */
public final class HostFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean busy;
    private final @Nullable Duration pause;

    public HostFailure(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, false, null);
    }

    private HostFailure(Kind kind, String message, @Nullable Throwable cause, boolean busy, @Nullable Duration pause) {
        super(message, cause);
        this.kind = kind;
        this.busy = busy;
        this.pause = pause;
    }

    /** This failure as one of a token service that the host names; what is not there is not the image. */
    public HostFailure at(String place) {
        var kindThere = kind == Kind.NOT_FOUND ? Kind.UNAUTHORIZED : kind;
        return new HostFailure(kindThere, place + ": " + getMessage(), this, busy, pause);
    }

    /** A host that may answer later, and perhaps says when. */
    public static HostFailure busy(String message, Optional<Duration> pause) {
        return new HostFailure(Kind.UNREACHABLE, message, null, true, pause.orElse(null));
    }

    /** A host that gave no answer; where the connection broke on the way, the next one may hold. */
    public static HostFailure unanswered(String message, IOException cause) {
        return new HostFailure(Kind.UNREACHABLE, message, cause, Cause.isBrokenConnection(cause), null);
    }

    public Kind kind() {
        return kind;
    }

    public boolean isBusy() {
        return busy;
    }

    /** How long the host asks to be left alone. */
    public Optional<Duration> pause() {
        return Optional.ofNullable(pause);
    }
}
