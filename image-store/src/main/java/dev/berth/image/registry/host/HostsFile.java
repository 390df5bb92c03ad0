package dev.berth.image.registry.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.berth.image.registry.host.RegistryHost.Capability;
import dev.berth.image.registry.tls.TlsSettings;
import dev.berth.image.registry.tls.TlsSettings.ClientCertificate;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A hosts.toml as containerd defines it: tables of hosts in the order they are to be tried, then the server itself. */
final class HostsFile {
    private static final long LARGEST = 1 << 20;
    private static final Pattern DURATION = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");

    private final Path file;
    private final String registry;

    private HostsFile(Path file, String registry) {
        this.file = file;
        this.registry = registry;
    }

    static List<RegistryHost> read(Path file, String registry) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than 1 MiB");
        }
        var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        try {
            return new HostsFile(file, registry).hosts(new TomlMapper().readTree(text));
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            var at = place == null ? "" : ":" + place.getLineNr() + ":" + place.getColumnNr();
            throw new HostsFileException(file + at + ": is no TOML: " + line(e.getOriginalMessage()), e);
        } catch (Unacceptable e) {
            throw new HostsFileException(file + place(text, e.value) + ": " + line(Reason.of(e)), e);
        } catch (IllegalArgumentException e) {
            throw new HostsFileException(file + ": " + line(Reason.of(e)), e);
        }
    }

    private static String line(@Nullable String message) {
        return String.valueOf(message).replaceAll("\\s+", " ").strip();
    }

    /** Where a value first stands, which the parsed document does not say; nothing where it is spelt otherwise. */
    private static String place(String text, String value) {
        var at = Stream.of("\"" + value + "\"", "'" + value + "'", value)
                .map(text::indexOf)
                .filter(found -> found >= 0)
                .findFirst();
        return at.map(found -> text.substring(0, found))
                .map(before -> ":" + (before.chars().filter(c -> c == '\n').count() + 1) + ":"
                        + (before.length() - before.lastIndexOf('\n')))
                .orElse("");
    }

    /** A value that means nothing, or the name of one. */
    private static final class Unacceptable extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private final String value;

        Unacceptable(String value, String message) {
            super(message);
            this.value = value;
        }
    }

    private List<RegistryHost> hosts(JsonNode document) {
        var hosts = new ArrayList<RegistryHost>();
        document.path("host").properties().forEach(table -> hosts.add(host(table.getKey(), table.getValue(), false)));
        hosts.add(server(document));
        return hosts;
    }

    private RegistryHost server(JsonNode document) {
        var fallback = RegistryHost.upstream(registry);
        if (!document.has("server")) {
            return new RegistryHost(
                    fallback.base(),
                    capabilities(document),
                    document.has("ca") || document.has("client") || document.has("skip_verify")
                            ? tls(document)
                            : fallback.tls(),
                    headers(document),
                    dialTimeout(document),
                    true,
                    file.toString());
        }
        return host(document.path("server").asText(), document, true);
    }

    private RegistryHost host(String name, JsonNode table, boolean upstream) {
        return new RegistryHost(
                base(name, flag(table, "override_path")),
                capabilities(table),
                tls(table),
                headers(table),
                dialTimeout(table),
                upstream
                        || base(name, false)
                                .getAuthority()
                                .equals(RegistryHost.upstream(registry).base().getAuthority()),
                file.toString());
    }

    private static URI base(String name, boolean overridePath) {
        var url = name.contains("://")
                ? name
                : (Loopback.isNamedBy(name.split("/", 2)[0]) ? "http://" : "https://") + name;
        var trimmed = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        var base = url(name, overridePath || trimmed.endsWith("/v2") ? trimmed : trimmed + "/v2");
        if (base.getHost() == null || !Set.of("http", "https").contains(base.getScheme())) {
            throw new Unacceptable(name, "host '" + name + "' is not an http or https URL");
        }
        return base;
    }

    private static URI url(String name, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new Unacceptable(name, "host '" + name + "' is not an http or https URL");
        }
    }

    private static Set<Capability> capabilities(JsonNode table) {
        if (!table.has("capabilities")) {
            return EnumSet.allOf(Capability.class);
        }
        var found = EnumSet.noneOf(Capability.class);
        for (var name : texts(table.path("capabilities"))) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "pull" -> found.add(Capability.PULL);
                case "resolve" -> found.add(Capability.RESOLVE);
                case "push" -> found.add(Capability.PUSH);
                case "referrers" -> {} // nothing here asks for referrers
                default ->
                    throw new Unacceptable(name, "unknown capability '" + name + "'; there are pull, resolve and push");
            }
        }
        return found;
    }

    private TlsSettings tls(JsonNode table) {
        var authorities = texts(table.path("ca")).stream().map(this::path).toList();
        return new TlsSettings(authorities, clients(table.path("client")), flag(table, "skip_verify"));
    }

    /** One file, a list of files, or a list of pairs of certificate and key. */
    private List<ClientCertificate> clients(JsonNode client) {
        if (client.isTextual()) {
            return List.of(new ClientCertificate(path(client.asText()), Optional.empty()));
        }
        var found = new ArrayList<ClientCertificate>();
        for (var item : client) {
            var paths = texts(item).stream()
                    .filter(p -> !p.isEmpty())
                    .map(this::path)
                    .toList();
            if (paths.isEmpty() || paths.size() > 2) {
                throw new Unacceptable("client", "client lists something else than certificates with their keys");
            }
            found.add(new ClientCertificate(
                    paths.getFirst(), paths.size() > 1 ? Optional.of(paths.get(1)) : Optional.empty()));
        }
        return found;
    }

    /** Relative paths are below the file's directory. */
    private Path path(String text) {
        return file.resolveSibling(text);
    }

    private static Map<String, List<String>> headers(JsonNode table) {
        var found = new LinkedHashMap<String, List<String>>();
        table.path("header").properties().forEach(header -> found.put(header.getKey(), texts(header.getValue())));
        return found;
    }

    private static Duration dialTimeout(JsonNode table) {
        if (!table.has("dial_timeout")) {
            return RegistryHost.DIAL_TIMEOUT;
        }
        var text = table.path("dial_timeout").asText();
        var matcher = DURATION.matcher(text);
        var nanos = 0.0;
        var end = 0;
        while (matcher.find() && matcher.start() == end) {
            nanos += Double.parseDouble(matcher.group(1)) * unit(matcher.group(2));
            end = matcher.end();
        }
        if (end == 0 || end != text.length() || nanos < 1) {
            throw new Unacceptable(text, "dial_timeout '" + text + "' is not a duration such as \"3s\"");
        }
        return Duration.ofNanos((long) nanos);
    }

    private static boolean flag(JsonNode table, String name) {
        var value = table.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new Unacceptable(name, name + " is neither true nor false");
        }
        return value.asBoolean(false);
    }

    private static double unit(String name) {
        return switch (name) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
        };
    }

    private static List<String> texts(JsonNode node) {
        if (node.isTextual()) {
            return List.of(node.asText());
        }
        var found = new ArrayList<String>();
        node.forEach(item -> found.add(item.asText()));
        return found;
    }
}
