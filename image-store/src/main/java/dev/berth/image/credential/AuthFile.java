package dev.berth.image.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.oci.JsonDocument;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One file of credentials, as Docker's config.json and the auth.json of podman and its kin have them. */
final class AuthFile {
    private static final int LARGEST = 1 << 20;

    private final Path file;
    private final JsonNode document;

    private AuthFile(Path file, JsonNode document) {
        this.file = file;
        this.document = document;
    }

    /** Throws NoSuchFileException if there is none. */
    static AuthFile read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException(file + " is larger than " + LARGEST + " bytes");
            }
            return new AuthFile(file, JsonDocument.parse(bytes));
        } catch (DocumentException e) {
            throw new IOException(file + " " + Reason.of(e), e);
        }
    }

    /** The name of the helper that is named for this server. */
    Optional<String> helper(ServerName wanted) {
        return narrowest("credHelpers", wanted).map(JsonNode::asText).filter(name -> !name.isEmpty());
    }

    /** The name of the helper for whatever else there is. */
    Optional<String> store() {
        return Optional.of(document.path("credsStore").asText()).filter(name -> !name.isEmpty());
    }

    /** What stands in the file itself; Docker leaves an empty entry where a helper has the secret. */
    Optional<Credentials> written(ServerName wanted) throws IOException {
        var entry = narrowest("auths", wanted);
        return entry.isEmpty() ? Optional.empty() : credentials(entry.get(), wanted);
    }

    private Optional<JsonNode> narrowest(String table, ServerName wanted) {
        Map<ServerName, JsonNode> entries = new HashMap<>();
        for (var entry : document.path(table).properties()) {
            entries.putIfAbsent(ServerName.parse(entry.getKey()), entry.getValue());
        }
        return wanted.narrowestFirst().stream()
                .flatMap(name -> Optional.ofNullable(entries.get(name)).stream())
                .filter(entry -> !entry.isEmpty() || entry.isTextual())
                .findFirst();
    }

    private Optional<Credentials> credentials(JsonNode entry, ServerName wanted) throws IOException {
        if (!entry.path("identitytoken").asText().isEmpty()) {
            return Optional.of(
                    new Credentials.IdentityToken(entry.path("identitytoken").asText()));
        }
        if (!entry.path("registrytoken").asText().isEmpty()) {
            return Optional.of(
                    new Credentials.RegistryToken(entry.path("registrytoken").asText()));
        }
        if (!entry.path("username").asText().isEmpty()) {
            return Optional.of(new Credentials.Password(
                    entry.path("username").asText(), entry.path("password").asText()));
        }
        var auth = entry.path("auth").asText();
        return auth.isEmpty() ? Optional.empty() : Optional.of(decoded(auth, wanted));
    }

    private Credentials decoded(String auth, ServerName wanted) throws IOException {
        try {
            return Credentials.Password.decode(auth);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": the auth of " + wanted + " " + Reason.of(e), e);
        }
    }
}
