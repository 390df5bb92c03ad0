package dev.berth.image.registry.http;

import dev.berth.image.oci.Digest;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.oci.JsonDocument;
import dev.berth.image.registry.failure.HostFailure;
import dev.berth.image.registry.failure.RegistryException.Kind;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The head of a host's response and its body, not yet read.
 *
 * @param own whether it is from where the question was put, and not from where a redirect led
 */
public record Answer(HttpResponse<InputStream> response, boolean own) implements AutoCloseable {
    private static final int EXCERPT = 80;
    private static final int ERROR_DOCUMENT = 16 << 10;

    public int status() {
        return response.statusCode();
    }

    /** Without parameters, in lower case; empty if there is none. */
    public String contentType() {
        var value = header("Content-Type").orElse("");
        return value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** The digest that the host gives its content; of an algorithm that is not known here it is none. */
    public Optional<Digest> digest() {
        return header("Docker-Content-Digest").flatMap(Answer::digest);
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    boolean isBusy() {
        return status() == 429 || (status() >= 500 && status() != 501);
    }

    public boolean isRedirect() {
        return switch (status()) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /** How long the host asks to be left alone. */
    Optional<Duration> retryAfter() {
        return header("Retry-After").flatMap(Answer::pause);
    }

    private static Optional<Duration> pause(String text) {
        try {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            var until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(Duration.between(Instant.now(), until)).filter(Duration::isPositive);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The content from its beginning. Some hosts compress it unasked; how much of it is read is the reader's to bound. */
    public InputStream body() throws IOException {
        return switch (encoding()) {
            case "", "identity" -> response.body();
            case "gzip", "x-gzip" -> new GZIPInputStream(response.body());
            default ->
                throw new HostFailure(Kind.UNSUPPORTED, describe() + ", encoded though that was not asked", null);
        };
    }

    private String encoding() {
        return header("Content-Encoding").orElse("").strip().toLowerCase(Locale.ROOT);
    }

    /** Whether the body is the content's part that begins at a byte, and not a part of its encoded form. */
    public boolean isPartFrom(long from) {
        var plain = encoding().isEmpty() || encoding().equals("identity");
        return status() == 206 && plain && header("Content-Range").orElse("").startsWith("bytes " + from + "-");
    }

    /** The whole body, or a failure if it is longer than the limit. */
    public byte[] document(int limit) throws IOException {
        var bytes = beginning(limit + 1);
        if (bytes.length > limit) {
            throw new HostFailure(Kind.UNSUPPORTED, "the answer is larger than " + limit + " bytes", null);
        }
        return bytes;
    }

    private byte[] beginning(int length) throws IOException {
        try (var body = body()) {
            return body.readNBytes(length);
        }
    }

    /**
     * This answer as a failure, in words; in its own words too where it is from the host that was asked. Whoever asks for an image may not
     * learn what another address, which only this machine may reach, says to a registry's redirect.
     */
    public HostFailure failure() {
        return failure(own ? explanation() : "");
    }

    /** The same, in none of its own words. */
    public HostFailure wordless() {
        return failure("");
    }

    private HostFailure failure(String explanation) {
        var text = describe() + explanation;
        return switch (status()) {
            case 401, 403 -> new HostFailure(Kind.UNAUTHORIZED, text, null);
            case 404 -> new HostFailure(Kind.NOT_FOUND, text, null);
            default -> isBusy() ? HostFailure.busy(text, retryAfter()) : new HostFailure(Kind.UNREACHABLE, text, null);
        };
    }

    public String describe() {
        var place = own ? "" : " from " + response.uri().getAuthority() + ", where a redirect led";
        return "status " + status() + place + (contentType().isEmpty() ? "" : ", " + contentType());
    }

    private String explanation() {
        try {
            var body = beginning(ERROR_DOCUMENT);
            var text = errors(body).orElseGet(() -> excerpt(body));
            return text.isEmpty() ? "" : ", " + text;
        } catch (IOException e) {
            return ", and the body could not be read: " + Reason.of(e);
        }
    }

    /** The distribution specification's error document: code and message of its first error. */
    private static Optional<String> errors(byte[] body) {
        try {
            var error = JsonDocument.parse(body).path("errors").path(0);
            var text =
                    error.path("code").asText() + ": " + error.path("message").asText();
            return error.has("code") ? Optional.of(printable(text, 4 * EXCERPT)) : Optional.empty();
        } catch (DocumentException e) {
            return Optional.empty();
        }
    }

    public static String excerpt(byte[] body) {
        var text = printable(new String(body, StandardCharsets.UTF_8), EXCERPT);
        return text.isEmpty() ? "" : "\"" + text + "\"";
    }

    private static String printable(String text, int limit) {
        var clean = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return clean.length() > limit ? clean.substring(0, limit) + "..." : clean;
    }

    /** Reads what is left of a short body, so that the connection can serve the next request. */
    public void drain() {
        try {
            response.body().skip(ERROR_DOCUMENT);
        } catch (IOException _) {
            return; // then the next request opens another
        }
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
