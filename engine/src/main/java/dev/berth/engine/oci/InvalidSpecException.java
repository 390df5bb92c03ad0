package dev.berth.engine.oci;

/** A container or sandbox that was asked for in a way that cannot be honoured; the message says which part and why. */
public final class InvalidSpecException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidSpecException(String message) {
        super(message);
    }

    public InvalidSpecException(String message, Throwable cause) {
        super(message, cause);
    }
}
