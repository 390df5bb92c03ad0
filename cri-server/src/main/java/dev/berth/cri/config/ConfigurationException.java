package dev.berth.cri.config;

/** A configuration that cannot be used: the file, the key, what is wrong and what to do. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
