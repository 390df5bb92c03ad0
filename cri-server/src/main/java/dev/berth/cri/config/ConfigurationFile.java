package dev.berth.cri.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.berth.engine.oci.Mistake;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the configuration file and the {@code conf.d/*.toml} drop-ins beside it; a later file's value wins. */
public final class ConfigurationFile {
    public static final Path STANDARD = Path.of("/etc/berth/config.toml");

    /** A label of DNS, as Kubernetes has it for the handler of a RuntimeClass. */
    private static final Pattern HANDLER = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_UNIX_PATH = 107;
    /** Each takes some 50 KiB of the kernel's memory and two descriptors. */
    private static final int MAX_READY_NAMESPACES = 1024;

    private static final int MAX_PORT = 65_535;

    /** Seconds; what a kubelet gives its own streams. */
    private static final int FOUR_HOURS = 14_400;

    private static final int DAY = 86_400;

    /** Below what a kubelet waits for an answer, so that it is told why. */
    private static final int LAUNCH_SECONDS = 60;

    /** What the shim takes. */
    private static final int MAX_LAUNCH_SECONDS = 600;

    private static final TomlMapper TOML = new TomlMapper();

    private ConfigurationFile() {}

    /** Reads one file and its drop-ins; the standard file may be absent, any other must exist. */
    public static Configuration read(Path file) throws ConfigurationException {
        var origins = new Origins(file);
        var merged = parse(file, file.equals(STANDARD));
        for (Path dropIn : dropIns(file)) {
            origins.merge(merged, parse(dropIn, false), dropIn);
        }
        return interpret(new Table(origins, "", merged));
    }

    private static List<Path> dropIns(Path file) throws ConfigurationException {
        var directory = file.resolveSibling("conf.d");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var entries = Files.list(directory)) {
            return entries.filter(path -> path.toString().endsWith(".toml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigurationException("list " + directory + ": " + Reason.of(e), e);
        }
    }

    private static ObjectNode parse(Path file, boolean optional) throws ConfigurationException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigurationException(file + ": larger than " + MAX_BYTES + " bytes");
            }
            return (ObjectNode) TOML.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            if (optional) {
                return TOML.createObjectNode();
            }
            throw new ConfigurationException(
                    file + ": no such file; name one with --config, or leave the option out", e);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(file + ": " + Mistake.in(e), e);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + ": is not UTF-8 text, which TOML is", e);
        } catch (IOException e) {
            throw new ConfigurationException("read " + file + ": " + Reason.of(e), e);
        }
    }

    private static Configuration interpret(Table top) throws ConfigurationException {
        var root = top.path("root", Path.of("/var/lib/berth"));
        var state = top.path("state", Path.of("/run/berth"));
        var configuration = new Configuration(
                root,
                state,
                listen(top, state),
                logLevel(top),
                logFormat(top),
                registry(top.table("registry")),
                cni(top.table("cni"), root),
                cgroup(top.table("cgroup")),
                container(top.table("container")),
                image(top.table("image")),
                cdi(top.table("cdi")),
                metrics(top.table("metrics")),
                streaming(top.table("streaming")),
                runtimeHandlers(top));
        top.nothingElse();
        return configuration;
    }

    private static Path listen(Table top, Path state) throws ConfigurationException {
        var text = top.text("listen").orElse(state.resolve("berth.sock").toString());
        var path = text.startsWith("unix://") ? text.substring("unix://".length()) : text;
        if (!path.startsWith("/")) {
            throw top.wrong("listen", "\"unix:///path\" or an absolute path");
        }
        if (path.length() > MAX_UNIX_PATH) {
            throw top.wrong("listen", "at most " + MAX_UNIX_PATH + " bytes long");
        }
        return Path.of(path);
    }

    private static Configuration.LogLevel logLevel(Table top) throws ConfigurationException {
        var text = top.text("log_level").orElse("info");
        try {
            return Configuration.LogLevel.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw top.wrong("log_level", "one of error, warn, info, debug", e);
        }
    }

    private static Configuration.LogFormat logFormat(Table top) throws ConfigurationException {
        return switch (top.text("log_format").orElse("text")) {
            case "text" -> Configuration.LogFormat.TEXT;
            case "json" -> Configuration.LogFormat.JSON;
            default -> throw top.wrong("log_format", "one of text, json");
        };
    }

    private static Configuration.Registry registry(Table table) throws ConfigurationException {
        var registry = new Configuration.Registry(
                table.path("config_path", Path.of("/etc/berth/certs.d")),
                table.paths("auth_files", List.of(Path.of("/etc/berth/auth.json"))));
        table.nothingElse();
        return registry;
    }

    private static Configuration.Cni cni(Table table, Path root) throws ConfigurationException {
        var cni = new Configuration.Cni(
                table.path("conf_dir", Path.of("/etc/cni/net.d")),
                table.texts("bin_dirs", List.of("/opt/cni/bin")).stream()
                        .map(Path::of)
                        .toList(),
                table.path("cache_dir", root.resolve("cni")),
                table.flag("prefer_builtin", true),
                table.text("default_bridge").orElse("berth0"),
                table.texts("default_subnets", List.of("10.88.0.0/16", "fd88:bef7:4a1c::/64")),
                table.path("lease_dir", Path.of("/var/lib/cni/networks")),
                table.number("gc_interval_seconds", 300, 1, DAY),
                table.number("ready_namespaces", 8, 0, MAX_READY_NAMESPACES));
        table.nothingElse();
        return cni;
    }

    private static Map<String, Configuration.RuntimeHandler> runtimeHandlers(Table top) throws ConfigurationException {
        var handlers = new TreeMap<String, Configuration.RuntimeHandler>();
        for (var entry : top.tables("runtime_handlers").entrySet()) {
            if (!HANDLER.matcher(entry.getKey()).matches()) {
                throw new ConfigurationException(
                        "\"runtime_handlers.%s\" is not a name that a RuntimeClass can give".formatted(entry.getKey()));
            }
            var table = entry.getValue();
            handlers.put(
                    entry.getKey(),
                    new Configuration.RuntimeHandler(optional(table, "cni_conf_dir"), optional(table, "runtime")));
            table.nothingElse();
        }
        return handlers;
    }

    private static Optional<Path> optional(Table table, String key) throws ConfigurationException {
        return table.text(key).isPresent() ? Optional.of(table.path(key, Path.of("/"))) : Optional.empty();
    }

    private static Configuration.Cgroup cgroup(Table table) throws ConfigurationException {
        var parent = table.text("parent").orElse("/berth");
        if (!parent.startsWith("/") || parent.length() == 1 || parent.contains("..")) {
            throw table.wrong("parent", "an absolute cgroup path below the root");
        }
        table.nothingElse();
        return new Configuration.Cgroup(parent);
    }

    private static Configuration.Container container(Table table) throws ConfigurationException {
        int limit = table.number("launch_timeout_seconds", LAUNCH_SECONDS, 1, MAX_LAUNCH_SECONDS);
        boolean makeHostPaths = table.flag("make_host_paths", true);
        boolean imageVolumes = table.flag("image_volumes", true);
        table.nothingElse();
        return new Configuration.Container(limit, makeHostPaths, imageVolumes);
    }

    private static Configuration.Image image(Table table) throws ConfigurationException {
        var image = new Configuration.Image(table.texts("pinned", List.of()));
        table.nothingElse();
        return image;
    }

    private static Configuration.Cdi cdi(Table table) throws ConfigurationException {
        var cdi =
                new Configuration.Cdi(table.paths("spec_dirs", List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"))));
        table.nothingElse();
        return cdi;
    }

    private static Optional<Configuration.Metrics> metrics(Table table) throws ConfigurationException {
        var listen = table.text("listen");
        table.nothingElse();
        return listen.isEmpty() ? Optional.empty() : Optional.of(address(table, listen.get()));
    }

    private static Configuration.Metrics address(Table table, String listen) throws ConfigurationException {
        int colon = listen.lastIndexOf(':');
        try {
            int port = Integer.parseInt(listen.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= MAX_PORT) {
                return new Configuration.Metrics(listen.substring(0, colon).replaceAll("^\\[|]$", ""), port);
            }
        } catch (NumberFormatException e) {
            throw table.wrong("listen", "\"address:port\"", e);
        }
        throw table.wrong("listen", "\"address:port\"");
    }

    private static Configuration.Streaming streaming(Table table) throws ConfigurationException {
        var address = address(table, table.text("listen").orElse("127.0.0.1:0"));
        var certificate = table.text("tls_cert_file");
        var key = table.text("tls_key_file");
        if (certificate.isPresent() != key.isPresent()) {
            throw table.wrong(
                    certificate.isPresent() ? "tls_cert_file" : "tls_key_file", "given together with the other");
        }
        int idle = table.number("idle_timeout_seconds", FOUR_HOURS, 1, DAY);
        table.nothingElse();
        return new Configuration.Streaming(
                address.host(),
                address.port(),
                certificate.map(file -> new Configuration.Tls(Path.of(file), Path.of(key.orElseThrow()))),
                idle);
    }
}
