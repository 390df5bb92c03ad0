package dev.berth.image.registry;

import dev.berth.image.credential.AuthFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where images come from: a directory of host configurations in containerd's format ("certs.d") and the node's own credentials, both
 * read anew for every pull, the proxies that the environment names, and the tokens that hosts have given.
 */
public final class Registries {
    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

    private final Path configPath;
    private final AuthFiles authFiles;
    private final EnvironmentProxies proxies;
    private final Transfer transfer;
    private final Tokens tokens = new Tokens(InstantSource.system());

    public Registries(Path configPath) {
        this(configPath, Transfer.DEFAULT);
    }

    public Registries(Path configPath, Transfer transfer) {
        this(configPath, AuthFiles.NONE, System.getenv(), transfer);
    }

    /** With the environment's variables that name proxies. */
    public Registries(Path configPath, AuthFiles authFiles, Map<String, String> environment, Transfer transfer) {
        this.configPath = configPath;
        this.authFiles = authFiles;
        this.proxies = new EnvironmentProxies(environment);
        this.transfer = transfer;
    }

    Transfer transfer() {
        return transfer;
    }

    AuthFiles authFiles() {
        return authFiles;
    }

    EnvironmentProxies proxies() {
        return proxies;
    }

    Tokens tokens() {
        return tokens;
    }

    /** The hosts to try for a registry, in order; the last is the registry itself. */
    List<RegistryHost> hosts(String registry, Journal journal) throws IOException {
        var file = hostsFile(registry, journal);
        var hosts = file.isPresent() ? HostsFile.read(file.get(), registry) : List.of(upstream(registry));
        hosts.forEach(host -> journal.note(
                "host " + host + ", to " + host.capabilities() + (host.upstream() ? ", the registry itself" : "")));
        return hosts;
    }

    /** The files that are looked for, in order; the first that exists counts. */
    List<Path> candidates(String registry) {
        var names = new ArrayList<String>();
        var colon = registry.lastIndexOf(':');
        if (colon > 0) {
            // containerd's form for file systems that have no colons in names
            names.add(registry.substring(0, colon) + "_" + registry.substring(colon + 1) + "_");
        }
        names.add(registry);
        names.add("_default");
        return names.stream()
                .map(name -> configPath.resolve(name).resolve("hosts.toml"))
                .toList();
    }

    private Optional<Path> hostsFile(String registry, Journal journal) {
        for (var file : candidates(registry)) {
            var found = Files.isRegularFile(file);
            journal.note("file " + file + (found ? ": read" : ": not there"));
            if (found) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** The registry itself where nothing is configured: HTTPS, except on this machine. */
    static RegistryHost upstream(String registry) {
        var host = registry.equals(DOCKER_HUB) ? DOCKER_HUB_HOST : registry;
        var loopback = isLoopback(host);
        var secure = !loopback || host.endsWith(":443");
        return new RegistryHost(
                URI.create((secure ? "https://" : "http://") + host + "/v2"),
                EnumSet.allOf(RegistryHost.Capability.class),
                loopback ? TlsSettings.LOOPBACK : TlsSettings.DEFAULT,
                Map.of(),
                RegistryHost.DIAL_TIMEOUT,
                true,
                "default");
    }

    static boolean isLoopback(String authority) {
        var colon = authority.lastIndexOf(':');
        var bracket = authority.lastIndexOf(']');
        var host = colon > bracket ? authority.substring(0, colon) : authority;
        return LOOPBACK.matcher(host).matches();
    }
}
