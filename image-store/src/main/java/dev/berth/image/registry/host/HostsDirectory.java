package dev.berth.image.registry.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A directory with a hosts.toml for each registry, as containerd's "certs.d"; read anew for every pull. */
public record HostsDirectory(Path path) {
    /** The hosts to try for a registry, in order; the last is the registry itself. */
    public List<RegistryHost> hosts(String registry, Journal journal) throws IOException {
        var file = hostsFile(registry, journal);
        var hosts = file.isPresent() ? HostsFile.read(file.get(), registry) : List.of(RegistryHost.upstream(registry));
        hosts.forEach(host -> journal.note(
                "host " + host + ", to " + host.capabilities() + (host.upstream() ? ", the registry itself" : "")));
        return hosts;
    }

    /** The files that are looked for, in order; the first that exists counts. */
    private List<Path> candidates(String registry) {
        var names = new ArrayList<String>();
        var colon = registry.lastIndexOf(':');
        if (colon > 0) {
            // containerd's form for file systems that have no colons in names
            names.add(registry.substring(0, colon) + "_" + registry.substring(colon + 1) + "_");
        }
        names.add(registry);
        names.add("_default");
        return names.stream()
                .map(name -> path.resolve(name).resolve("hosts.toml"))
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
}
