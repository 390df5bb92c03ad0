package dev.berth.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the kernel confines by AppArmor, and the profile that stands for RuntimeDefault. */
public record AppArmor(boolean enabled, Optional<String> defaultProfile) {
    /** Loaded by the node's administrator; without it a container that asks for RuntimeDefault is refused. */
    private static final String DEFAULT_PROFILE = "berth-default";

    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path LOADED = Path.of("/sys/kernel/security/apparmor/profiles");

    public static AppArmor read() throws IOException {
        boolean enabled =
                Files.exists(ENABLED) && Files.readString(ENABLED).strip().equals("Y");
        return new AppArmor(enabled, enabled && loaded() ? Optional.of(DEFAULT_PROFILE) : Optional.empty());
    }

    private static boolean loaded() throws IOException {
        if (!Files.exists(LOADED)) {
            return false;
        }
        try (var profiles = Files.lines(LOADED)) {
            return profiles.anyMatch(line -> line.startsWith(DEFAULT_PROFILE + " "));
        }
    }
}
