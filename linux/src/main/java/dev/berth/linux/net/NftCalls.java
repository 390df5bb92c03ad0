package dev.berth.linux.net;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** libnftables (nftables/libnftables.h). */
final class NftCalls {
    static {
        Native.register(NftCalls.class, "libnftables.so.1");
    }

    private NftCalls() {}

    static native Pointer nft_ctx_new(int flags);

    static native void nft_ctx_free(Pointer context);

    static native int nft_ctx_buffer_output(Pointer context);

    static native int nft_ctx_buffer_error(Pointer context);

    static native String nft_ctx_get_output_buffer(Pointer context);

    static native String nft_ctx_get_error_buffer(Pointer context);

    static native void nft_ctx_output_set_flags(Pointer context, int flags);

    static native int nft_run_cmd_from_buffer(Pointer context, String commands);
}
