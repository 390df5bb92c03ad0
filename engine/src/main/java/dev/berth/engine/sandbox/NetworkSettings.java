package dev.berth.engine.sandbox;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.linux.Fd;
import dev.berth.linux.Reason;
import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes settings of a network namespace whose interfaces are there. */
final class NetworkSettings {
    private static final Path SETTINGS = Path.of("/proc/sys");

    private NetworkSettings() {}

    /** @param settings values by names with dots */
    static void apply(Fd netns, Map<String, String> settings) throws InvalidSpecException, IOException {
        Optional<InvalidSpecException> refused = NetworkNamespace.call(netns, () -> write(settings));
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private static Optional<InvalidSpecException> write(Map<String, String> settings) {
        for (var setting : settings.entrySet()) {
            try {
                Files.writeString(SETTINGS.resolve(setting.getKey().replace('.', '/')), setting.getValue());
            } catch (NoSuchFileException e) {
                return Optional.of(refused(setting, "this kernel, or the pod's network, has no such setting", e));
            } catch (IOException e) {
                return Optional.of(refused(setting, Reason.of(e), e));
            }
        }
        return Optional.empty();
    }

    private static InvalidSpecException refused(
            Map.Entry<String, String> setting, @Nullable String reason, IOException cause) {
        return new InvalidSpecException(
                "sysctl %s = %s: %s".formatted(setting.getKey(), setting.getValue(), reason), cause);
    }
}
