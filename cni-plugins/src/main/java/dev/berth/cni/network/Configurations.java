package dev.berth.cni.network;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.FileStamp;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.plugin.CniException;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The network that a configuration directory describes: its first file by name. */
final class Configurations {
    private static final String LISTS = "*.{conf,conflist,json}";
    private static final String PLUGINS = "*.conf";

    private final Path directory;
    private final ReentrantLock loading = new ReentrantLock();
    private @Nullable Loaded loaded;

    /** What was read, and how all that was looked at was then. */
    private record Loaded(Optional<Network> network, Map<Path, FileStamp> stamps) {}

    Configurations(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Empty when there is no file. Reads again whenever something has changed. */
    Optional<Network> current() throws IOException {
        loading.lock();
        try {
            Loaded present = loaded;
            if (present == null || !fresh(present)) {
                loaded = null;
                present = load();
                loaded = present;
            }
            return present.network();
        } finally {
            loading.unlock();
        }
    }

    private static boolean fresh(Loaded present) throws IOException {
        for (var each : present.stamps().entrySet()) {
            if (!each.getValue().equals(FileStamp.of(each.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private Loaded load() throws IOException {
        Map<Path, FileStamp> stamps = new HashMap<>();
        look(directory, stamps);
        Optional<Path> first = files(directory, LISTS).findFirst();
        Optional<Network> network = first.isPresent() ? Optional.of(network(first.get(), stamps)) : Optional.empty();
        return new Loaded(network, stamps);
    }

    /** Before the content is read, so that a change in between is seen the next time. */
    private static void look(Path path, Map<Path, FileStamp> stamps) throws IOException {
        stamps.put(path, FileStamp.of(path));
    }

    private Network network(Path file, Map<Path, FileStamp> stamps) throws IOException {
        try {
            return read(file, stamps);
        } catch (IOException e) {
            throw new CniException(CniException.Kind.BROKEN, Reason.of(e), e);
        }
    }

    private Network read(Path file, Map<Path, FileStamp> stamps) throws IOException {
        look(file, stamps);
        ObjectNode document = Json.read(file);
        if (!document.has("type") && !document.path("loadOnlyInlinedPlugins").asBoolean(false)) {
            addPlugins(document, file, stamps);
        }
        return new Network(NetworkConfig.parse(document, file.toString()), file.toString());
    }

    /** A list's plugins may go on in files of a directory beside it that has the network's name (CNI spec, section 1). */
    private void addPlugins(ObjectNode document, Path file, Map<Path, FileStamp> stamps) throws IOException {
        Path more;
        try {
            more = directory.resolve(Names.requireNetwork(Json.text(document, "name")));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
        look(more, stamps);
        if (document.has("plugins") && !document.path("plugins").isArray()) {
            throw new IOException(file + ": \"plugins\" is not an array");
        }
        for (Path plugin :
                files(more, PLUGINS).limit(NetworkConfig.PLUGIN_LIMIT).toList()) {
            look(plugin, stamps);
            ArrayNode plugins = document.withArrayProperty("plugins");
            plugins.add(Json.read(plugin));
        }
    }

    private static Stream<Path> files(Path directory, String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
            List<Path> regular = StreamSupport.stream(files.spliterator(), false)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            return regular.stream();
        } catch (NoSuchFileException _) {
            return Stream.empty();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
