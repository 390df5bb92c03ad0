package dev.berth.shim.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable byte string: arguments, environment entries and filters are bytes to the kernel, not text. */
public final class Bytes {
    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    public static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toArray() {
        return content.clone();
    }

    public int length() {
        return content.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** The content as UTF-8 text, for messages. */
    @Override
    public String toString() {
        return new String(content, StandardCharsets.UTF_8);
    }
}
