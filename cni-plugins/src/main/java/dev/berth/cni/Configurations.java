package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The network that pods get: the first file of the configuration directory by name, else the default network. */
final class Configurations {
    private final NetworkSettings settings;
    private final ReentrantLock loading = new ReentrantLock();
    private @Nullable Loaded loaded;

    /** What was read, and how the directory and the file looked then. */
    private record Loaded(Optional<NetworkConfig> config, Optional<Path> file, Stamp directory, Stamp content) {}

    /** Enough of a file's state to see that it was changed or replaced. */
    private record Stamp(@Nullable Object key, @Nullable FileTime modified, long size) {
        static Stamp of(Path path) throws IOException {
            try {
                var attributes = Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class);
                return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
            } catch (NoSuchFileException _) {
                return new Stamp(null, null, -1);
            }
        }
    }

    Configurations(NetworkSettings settings) {
        this.settings = settings;
    }

    /** Empty when there is neither a file nor a default network. Reads again whenever something has changed. */
    Optional<NetworkConfig> current() throws IOException {
        loading.lock();
        try {
            Loaded present = loaded;
            if (present == null || !fresh(present)) {
                loaded = null;
                present = load();
                loaded = present;
            }
            return present.config();
        } finally {
            loading.unlock();
        }
    }

    void forget() {
        loading.lock();
        try {
            loaded = null;
        } finally {
            loading.unlock();
        }
    }

    private boolean fresh(Loaded present) throws IOException {
        return present.directory().equals(Stamp.of(settings.confDir()))
                && (present.file().isEmpty()
                        || present.content().equals(Stamp.of(present.file().get())));
    }

    /** The times are taken before the content, so that a change in between is seen the next time. */
    private Loaded load() throws IOException {
        Stamp directory = Stamp.of(settings.confDir());
        Optional<Path> file = firstFile();
        if (file.isEmpty()) {
            Optional<NetworkConfig> fallback = settings.defaultNetwork().isPresent()
                    ? Optional.of(settings.defaultNetwork().get().config())
                    : Optional.empty();
            return new Loaded(fallback, file, directory, directory);
        }
        Stamp content = Stamp.of(file.get());
        ObjectNode document = Json.read(file.get());
        return new Loaded(Optional.of(NetworkConfig.parse(document, file.get().toString())), file, directory, content);
    }

    private Optional<Path> firstFile() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(settings.confDir(), "*.{conf,conflist,json}")) {
            Stream<Path> regular =
                    StreamSupport.stream(files.spliterator(), false).filter(Files::isRegularFile);
            return regular.min(Path::compareTo);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
