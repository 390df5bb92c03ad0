package dev.berth.image.registry.authentication;

import dev.berth.image.credential.AuthFiles;
import dev.berth.image.credential.AuthFiles.Found;
import dev.berth.image.credential.Credentials;
import dev.berth.image.credential.ServerName;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.registry.failure.HostFailure;
import dev.berth.image.registry.failure.RegistryException.Kind;
import dev.berth.image.registry.host.Journal;
import dev.berth.image.registry.host.RegistryHost;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One pull's credentials, each for one host. What the caller gave is for the registry itself, and wins there over the node's own
 * files; a mirror gets only what the files have under the mirror's own name.
 */
public final class Keyring {
    private final AuthFiles files;
    private final ImageReference reference;
    private final Optional<Credentials> given;
    private final Journal journal;
    private final Map<RegistryHost, Optional<Credentials>> known = new HashMap<>();

    public Keyring(AuthFiles files, ImageReference reference, Optional<Credentials> given, Journal journal) {
        this.files = files;
        this.reference = reference;
        this.given = given;
        this.journal = journal;
    }

    /** Held while files are read and helpers run: this pull's other threads need the same answer. */
    synchronized Optional<Credentials> credentials(RegistryHost host) throws HostFailure, InterruptedException {
        if (host.isStranger()) {
            return Optional.empty();
        }
        var already = known.get(host);
        if (already != null) {
            return already;
        }
        var found = find(host);
        known.put(host, found.map(Found::credentials));
        var text = found.map(each -> each.credentials() + " (" + each.origin() + ")");
        journal.note("credentials for " + host.base().getAuthority() + ": " + text.orElse("none"));
        return found.map(Found::credentials);
    }

    private Optional<Found> find(RegistryHost host) throws HostFailure, InterruptedException {
        if (host.upstream() && given.isPresent()) {
            return given.map(credentials -> new Found(credentials, "given with the pull"));
        }
        try {
            return files.find(server(host));
        } catch (IOException e) {
            throw new HostFailure(Kind.UNAUTHORIZED, "its credentials: " + Reason.of(e), e);
        }
    }

    private ServerName server(RegistryHost host) {
        var name = host.upstream() ? reference.registry() : host.base().getAuthority();
        return new ServerName(ServerName.parse(name).host(), reference.repository());
    }
}
