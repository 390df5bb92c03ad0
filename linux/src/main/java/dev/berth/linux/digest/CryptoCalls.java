package dev.berth.linux.digest;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** OpenSSL's calls by their own names. */
final class CryptoCalls {
    static {
        Native.register(CryptoCalls.class, "libcrypto.so.3");
    }

    private CryptoCalls() {}

    static native @Nullable Pointer EVP_MD_CTX_new();

    static native Pointer EVP_sha256();

    static native int EVP_DigestInit_ex(Pointer context, Pointer type, @Nullable Pointer engine);

    static native int EVP_DigestUpdate(Pointer context, Pointer bytes, long count);

    static native int EVP_DigestFinal_ex(Pointer context, byte[] digest, @Nullable Pointer length);

    static native void EVP_MD_CTX_free(Pointer context);
}
