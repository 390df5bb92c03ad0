package dev.berth.cni.plugin;

import java.util.Optional;

/**
 * Whom a CNI operation is for (CNI spec, section 2).
 *
 * @param netnsPath empty when the namespace is gone
 * @param arguments the value of CNI_ARGS
 */
public record Invocation(String containerId, Optional<String> netnsPath, String interfaceName, String arguments) {
    /** One of {@code CNI_ARGS}' values. */
    public Optional<String> argument(String key) {
        for (String argument : arguments.split(";", -1)) {
            if (argument.startsWith(key + "=")) {
                return Optional.of(argument.substring(key.length() + 1));
            }
        }
        return Optional.empty();
    }
}
