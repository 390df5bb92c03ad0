package dev.berth.image.layer.digest;

import dev.berth.image.oci.Digest;
import dev.berth.linux.digest.NativeSha256;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A digest being taken, by libcrypto where the host has it and by the JDK elsewhere. */
sealed interface DigestState extends AutoCloseable {
    /** By the algorithm that made a digest. */
    static DigestState like(Digest digest) {
        return digest.isSha512() ? new Jdk(digest.state()) : fastest();
    }

    private static DigestState fastest() {
        return NativeSha256.isAvailable() ? new OpenSsl(new NativeSha256()) : new Jdk(Digest.sha256());
    }

    void update(byte[] bytes, int offset, int length);

    /** The digest of all that was given; nothing may follow. */
    Digest finish();

    @Override
    void close();

    /** libcrypto. */
    record OpenSsl(NativeSha256 state) implements DigestState {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            state.update(bytes, offset, length);
        }

        @Override
        public Digest finish() {
            return new Digest(HexFormat.of().formatHex(state.finish()));
        }

        @Override
        public void close() {
            state.close();
        }
    }

    /** The JDK's own. */
    record Jdk(MessageDigest state) implements DigestState {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            state.update(bytes, offset, length);
        }

        @Override
        public Digest finish() {
            return Digest.of(state);
        }

        @Override
        public void close() {
            // nothing but memory of the heap
        }
    }
}
