package dev.berth.image.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The digest of some content, in lower-case hexadecimal; its length tells which of the registered algorithms made it. */
public record Digest(String hex) implements Comparable<Digest> {
    /** What a digest's hex digits look like, of any algorithm. */
    public static final String DIGITS = "(?:[0-9a-f]{128}|[0-9a-f]{64})";

    private static final Pattern HEX = Pattern.compile(DIGITS);
    private static final int SHA512_DIGITS = 128;

    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "'" + hex + "' is not a digest of 64 (sha256) or 128 (sha512) lower-case hex digits");
        }
    }

    /** Reads the form "algorithm:hex". */
    @JsonCreator
    public static Digest parse(String text) {
        var hex = text.substring(text.indexOf(':') + 1);
        if (HEX.matcher(hex).matches() && new Digest(hex).toString().equals(text)) {
            return new Digest(hex);
        }
        throw new IllegalArgumentException(
                "digest '" + text + "' is neither sha256:<64 hex digits> nor sha512:<128 hex digits>");
    }

    /** The sha256 digest, by which content is known that nobody has named yet. */
    public static Digest of(byte[] content) {
        return finish(sha256(), content);
    }

    static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest of other content by the same algorithm. */
    public Digest likewise(byte[] content) {
        return finish(state(), content);
    }

    public boolean isOf(byte[] content) {
        return likewise(content).equals(this);
    }

    public static MessageDigest sha256() {
        return state("SHA-256");
    }

    /** A new state of the algorithm that made this digest. */
    public MessageDigest state() {
        return isSha512() ? state("SHA-512") : sha256();
    }

    private static MessageDigest state(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
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

    public boolean isSha512() {
        return hex.length() == SHA512_DIGITS;
    }

    /** Its name in documents and in the paths of layouts. */
    public String algorithm() {
        return isSha512() ? "sha512" : "sha256";
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @JsonValue
    @Override
    public String toString() {
        return algorithm() + ":" + hex;
    }
}
