package dev.berth.image.registry.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a host proves itself, and how this side does. */
public record TlsSettings(List<Path> authorities, List<ClientCertificate> clients, boolean skipVerification) {
    public static final TlsSettings DEFAULT = new TlsSettings(List.of(), List.of(), false);

    /** Of a registry on this machine where nothing is configured. */
    public static final TlsSettings LOOPBACK = new TlsSettings(List.of(), List.of(), true);

    /** A certificate with its key, which may stand in the same file. */
    public record ClientCertificate(Path certificate, Optional<Path> key) {}

    public TlsSettings {
        authorities = List.copyOf(authorities);
        clients = List.copyOf(clients);
    }

    public boolean isDefault() {
        return equals(DEFAULT);
    }
}
