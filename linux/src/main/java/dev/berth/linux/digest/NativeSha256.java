package dev.berth.linux.digest;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * SHA-256 by OpenSSL's libcrypto, which uses the processor's instructions for it. The JDK does so only in code that its second compiler
 * made, and the daemon runs without that. For one thread at a time.
 */
public final class NativeSha256 implements AutoCloseable {
    private static final int LENGTH = 32;
    private static final int PIECE = 64 << 10;

    private final Memory piece = new Memory(PIECE);
    private final Pointer context;

    private static final class Library {
        static final boolean PRESENT = present();

        private static boolean present() {
            try (var digest = new NativeSha256()) {
                return digest.finish().length == LENGTH;
            } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
                return false;
            }
        }
    }

    public static boolean isAvailable() {
        return Library.PRESENT;
    }

    public NativeSha256() {
        var made = CryptoCalls.EVP_MD_CTX_new();
        if (made == null) {
            throw new OutOfMemoryError("EVP_MD_CTX_new");
        }
        context = made;
        check(CryptoCalls.EVP_DigestInit_ex(context, CryptoCalls.EVP_sha256(), null), "EVP_DigestInit_ex");
    }

    public void update(byte[] bytes, int offset, int length) {
        for (var done = 0; done < length; ) {
            var count = Math.min(PIECE, length - done);
            piece.write(0, bytes, offset + done, count);
            check(CryptoCalls.EVP_DigestUpdate(context, piece, count), "EVP_DigestUpdate");
            done += count;
        }
    }

    /** The digest of all that was given; nothing may follow. */
    public byte[] finish() {
        var digest = new byte[LENGTH];
        check(CryptoCalls.EVP_DigestFinal_ex(context, digest, null), "EVP_DigestFinal_ex");
        return digest;
    }

    private static void check(int result, String call) {
        if (result != 1) {
            throw new IllegalStateException(call + " failed");
        }
    }

    @Override
    public void close() {
        CryptoCalls.EVP_MD_CTX_free(context);
        piece.close();
    }
}
