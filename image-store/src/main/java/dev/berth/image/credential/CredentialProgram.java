package dev.berth.image.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.oci.JsonDocument;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** The program {@code docker-credential-<name>}, asked for one server by the protocol of Docker's credential helpers. */
final class CredentialProgram {
    private static final String PREFIX = "docker-credential-";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int LARGEST = 64 << 10;
    private static final int LONGEST_COMPLAINT = 4 << 10;
    /** What a helper says that has nothing; with this it ends unsuccessfully. */
    private static final String NOTHING = "credentials not found";
    /** The user name that stands for "the secret is an identity token". */
    private static final String TOKEN_USER = "<token>";

    private final Path program;

    private CredentialProgram(Path program) {
        this.program = program;
    }

    /** The name goes into a file's name: it must be nothing else than a name. */
    static CredentialProgram find(String name, List<Path> directories) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException("credential helper '" + name + "' is not a plain name");
        }
        return directories.stream()
                .map(directory -> directory.resolve(PREFIX + name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .map(CredentialProgram::new)
                .orElseThrow(() -> new IOException("there is no program " + PREFIX + name + " in the daemon's PATH"));
    }

    Optional<Credentials> credentials(ServerName server, Duration patience) throws IOException, InterruptedException {
        var process = new ProcessBuilder(program.toString(), "get").start();
        try {
            var complaint = new CompletableFuture<byte[]>();
            Thread.ofVirtual().name("credential helper").start(() -> listen(process.getErrorStream(), complaint));
            var output = answer(process, server, patience);
            return process.exitValue() == 0 ? Optional.of(parse(output)) : nothing(output, complaint);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private String answer(Process process, ServerName server, Duration patience)
            throws IOException, InterruptedException {
        var output = new CompletableFuture<byte[]>();
        Thread.ofVirtual().name("credential helper").start(() -> talk(process, server, output));
        try {
            var bytes = output.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (bytes.length > LARGEST) {
                throw new IOException(program + " said more than " + LARGEST + " bytes");
            }
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(program + " answered and did not end within " + patience.toMillis() + " ms");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            throw new IOException(program + " gave no answer within " + patience.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(program + ": " + e.getCause(), e);
        }
    }

    private static void talk(Process process, ServerName server, CompletableFuture<byte[]> output) {
        question(process, server);
        try (InputStream out = process.getInputStream()) {
            output.complete(out.readNBytes(LARGEST + 1));
        } catch (IOException e) {
            output.completeExceptionally(e);
        }
    }

    /** Reads to the end, so that the program never waits for a reader, and keeps the beginning. */
    private static void listen(InputStream errors, CompletableFuture<byte[]> complaint) {
        try (errors) {
            var beginning = errors.readNBytes(LONGEST_COMPLAINT);
            errors.transferTo(OutputStream.nullOutputStream());
            complaint.complete(beginning);
        } catch (IOException e) {
            complaint.completeExceptionally(e);
        }
    }

    private static void question(Process process, ServerName server) {
        try (var in = process.getOutputStream()) {
            in.write(server.forHelper().getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            return; // it ended without reading the question; what it said counts
        }
    }

    private Optional<Credentials> nothing(String output, CompletableFuture<byte[]> complaint)
            throws IOException, InterruptedException {
        if (output.contains(NOTHING)) {
            return Optional.empty();
        }
        var said = output + " " + text(complaint);
        throw new IOException(
                program + " failed: " + said.replaceAll("[\\p{Cntrl}\\s]+", " ").strip());
    }

    /** What the program wrote to its standard error; nothing if something it started keeps that open. */
    private static String text(CompletableFuture<byte[]> complaint) throws InterruptedException {
        try {
            return new String(complaint.get(1, TimeUnit.SECONDS), StandardCharsets.UTF_8);
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }

    private Credentials parse(String output) throws IOException {
        try {
            return credentials(JsonDocument.parse(output.getBytes(StandardCharsets.UTF_8)));
        } catch (DocumentException e) {
            throw new IOException(program + ": its answer " + Reason.of(e), e);
        }
    }

    private Credentials credentials(JsonNode document) throws IOException {
        var user = document.path("Username").asText();
        var secret = document.path("Secret").asText();
        if (secret.isEmpty()) {
            throw new IOException(program + ": its answer has no secret");
        }
        return user.isEmpty() || user.equals(TOKEN_USER)
                ? new Credentials.IdentityToken(secret)
                : new Credentials.Password(user, secret);
    }
}
