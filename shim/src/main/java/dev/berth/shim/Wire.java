package dev.berth.shim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reading the shim's side of the protocol. */
final class Wire {
    private Wire() {}

    /** A length, that many bytes of UTF-8, and a NUL. */
    static String string(ByteBuffer payload) {
        byte[] bytes = new byte[payload.getInt()];
        payload.get(bytes).get();
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
