package dev.berth.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.image.catalog.Image;
import dev.berth.image.credential.AuthFiles;
import dev.berth.image.credential.Credentials;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.oci.Platform;
import dev.berth.image.pull.PullException;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.http.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A store in a directory of a test, with an impatient client. */
public final class TestStore implements AutoCloseable {
    /** So impatient that no test waits. */
    static final Transfer HASTY = new Transfer(
            1 << 20, Duration.ofMillis(300), Duration.ofSeconds(20), 3, Duration.ofMillis(1), Duration.ofMillis(50));

    public final ImageStore store;
    private final Path directory;

    private TestStore(Path directory, ImageStore store) {
        this.directory = directory;
        this.store = store;
    }

    public static TestStore open(Path directory) throws IOException {
        return open(directory, new Registries(certificates(directory), HASTY));
    }

    public static TestStore open(Path directory, AuthFiles files, Map<String, String> environment) throws IOException {
        return open(directory, new Registries(certificates(directory), files, environment, HASTY));
    }

    public static TestStore open(Path directory, Registries registries) throws IOException {
        var store = ImageStore.open(directory.resolve("store"), registries, StoreSettings.DEFAULT);
        store.leasesRestored();
        return new TestStore(directory, store);
    }

    /** The directory of hosts.toml files. */
    public static Path certificates(Path directory) {
        return directory.resolve("certs.d");
    }

    public static Path hosts(Path directory, String registry, String content) throws IOException {
        var file = Files.createDirectories(certificates(directory).resolve(registry))
                .resolve("hosts.toml");
        return Files.writeString(file, content);
    }

    public Image pull(String name) throws PullException, InterruptedException {
        return store.pull(PullRequest.anonymous(ImageReference.parse(name)));
    }

    public Image pull(String name, Credentials credentials) throws PullException, InterruptedException {
        return store.pull(new PullRequest(ImageReference.parse(name), Optional.of(credentials), Platform.host()));
    }

    /** The message of a pull that fails in the way wanted, and leaves nothing. */
    public <E extends PullException> String refusal(Class<E> kind, String name) throws IOException {
        var failure = assertThrows(kind, () -> pull(name));
        assertEquals(List.of(), store.list());
        for (var place : List.of("staging", "layers", "blobs/sha256", "blobs/sha512", "images")) {
            try (var left = Files.list(directory.resolve("store").resolve(place))) {
                assertEquals(List.of(), left.toList());
            }
        }
        return String.valueOf(failure.getMessage());
    }

    /** What the last pull that ended consulted. */
    public List<String> consulted() {
        return store.pulls().getFirst().consulted();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
