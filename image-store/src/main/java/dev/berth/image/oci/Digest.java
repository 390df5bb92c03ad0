package dev.berth.image.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The sha256 digest of some content, in lower-case hexadecimal. */
public record Digest(String hex) implements Comparable<Digest> {
    private static final String ALGORITHM = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("'" + hex + "' is not a sha256 digest of 64 lower-case hex digits");
        }
    }

    /** Reads the form "sha256:hex"; no other algorithm is accepted. */
    @JsonCreator
    public static Digest parse(String text) {
        if (!text.startsWith(ALGORITHM)) {
            throw new IllegalArgumentException("digest '" + text + "' is not of the form sha256:<64 hex digits>");
        }
        return new Digest(text.substring(ALGORITHM.length()));
    }

    public static Digest of(byte[] content) {
        return finish(sha256(), content);
    }

    static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The digest of everything that was fed to {@code state}, which is reset by this. */
    public static Digest of(MessageDigest state) {
        return new Digest(HexFormat.of().formatHex(state.digest()));
    }

    private static Digest finish(MessageDigest state, byte[] content) {
        state.update(content);
        return of(state);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @JsonValue
    @Override
    public String toString() {
        return ALGORITHM + hex;
    }
}
