package dev.berth.engine.failure;

/** A request that failed, with a code that tells the caller what to make of it; each door has its own words for the codes. */
public final class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Code {
        /** The object named does not exist. */
        NOT_FOUND,
        /** The request can never succeed as it is. */
        INVALID_ARGUMENT,
        /** An object is in a state that forbids the request. */
        FAILED_PRECONDITION,
        /** Somebody else's service (registry, plugin) cannot be reached; the same request may succeed later. */
        UNAVAILABLE,
        /** The caller has gone. */
        CANCELLED,
        /** A time limit of the request or of a step passed. */
        DEADLINE_EXCEEDED,
        /** A registry wants other credentials. */
        PERMISSION_DENIED,
        /** Disk, memory or a limit is used up. */
        RESOURCE_EXHAUSTED,
        /** Content is not what its digest says. */
        DATA_LOSS,
        /** This runtime does not do that. */
        UNIMPLEMENTED,
        /** A step on this host failed. */
        INTERNAL
    }

    private final Code code;

    public EngineException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public EngineException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    public static EngineException notFound(String what, String id) {
        return new EngineException(Code.NOT_FOUND, what + " " + id + " does not exist");
    }

    public static EngineException invalid(String message) {
        return new EngineException(Code.INVALID_ARGUMENT, message);
    }

    public static EngineException precondition(String message) {
        return new EngineException(Code.FAILED_PRECONDITION, message);
    }
}
