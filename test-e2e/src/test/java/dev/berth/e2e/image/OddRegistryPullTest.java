package dev.berth.e2e.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Images from registries that are odd, and registries whose configuration is broken. */
@ExtendWith(SharedRegistry.class)
final class OddRegistryPullTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    @AutoClose("end")
    private final OnePod node;

    private final Registry registry;

    OddRegistryPullTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        this.registry = registry;
        node = OnePod.run(folder, registry);
    }

    private Path configure(String host, String text) throws IOException {
        var folder = Files.createDirectories(node.folder().resolve("certs.d").resolve(host));
        return Files.writeString(folder.resolve("hosts.toml"), text);
    }

    @ParameterizedTest
    @EnumSource
    void anImageComesAndRuns(OddRegistry.Oddity oddity) throws IOException, InterruptedException, TimeoutException {
        try (var odd = new OddRegistry(registry, oddity)) {
            configure(odd.address(), "server = \"http://" + odd.address() + "\"\n");
            var image = odd.address() + "/library/busybox:latest";
            node.pull(image);
            var id = node.pod()
                    .start(Pod.container("odd", image, List.of("sh", "-c", "echo here")).toBuilder()
                            .setLogPath("odd.log")
                            .build());
            var log = Path.of(node.pod().status(id).getLogPath());
            Waiting.until("it says so", SOON, () -> Files.readString(log).endsWith(" stdout F here\n"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "server = ',hosts.toml:1:",
        "'[host.\"http://127.0.0.1:1\"]\ncapabilities = [\"fly\"]',fly",
        "'[host.\"http://127.0.0.1:1\"]\nskip_verify = 7',skip_verify",
    })
    void aBrokenConfigurationIsToldByFileAndPlaceInOneLine(String text, String named) throws IOException {
        var file = configure("broken.example", text);
        var refused = assertThrows(StatusRuntimeException.class, () -> node.pull("broken.example/app:latest"));
        assertEquals(Status.Code.FAILED_PRECONDITION, refused.getStatus().getCode(), refused::toString);
        var told = String.valueOf(refused.getStatus().getDescription());
        assertTrue(told.contains(file.toString()) && told.contains(named), told);
        assertFalse(told.contains("\n") || told.contains("Source") || told.contains("java"), told);
    }
}
