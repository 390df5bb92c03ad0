package dev.berth.cri.spec;

import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.cri.oci.Seccomp;
import dev.berth.cri.oci.SpecJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The seccomp profile of a container. */
final class SeccompChoice {
    private static final int MAX_PROFILE = 1 << 20;

    private SeccompChoice() {}

    static Optional<Seccomp> of(SecurityInput security, HostFacts host) throws InvalidSpecException {
        if (security.privileged()) {
            return Optional.empty();
        }
        return switch (security.seccomp()) {
            case SecurityProfile.Unconfined() -> Optional.empty();
            case SecurityProfile.RuntimeDefault() -> Optional.of(host.defaultSeccomp());
            case SecurityProfile.Localhost(String reference) -> Optional.of(localhost(reference));
        };
    }

    private static Seccomp localhost(String reference) throws InvalidSpecException {
        Path path = Path.of(ContainerPath.checked("seccomp profile", reference));
        try {
            return SpecJson.readSeccomp(content(path));
        } catch (IOException e) {
            throw new InvalidSpecException("seccomp profile " + path + ": " + e.getMessage(), e);
        }
    }

    private static byte[] content(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException("no such regular file on the host");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(MAX_PROFILE);
            if (in.read() >= 0) {
                throw new IOException("larger than " + MAX_PROFILE + " bytes");
            }
            return content;
        }
    }
}
