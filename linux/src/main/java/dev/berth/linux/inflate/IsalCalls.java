package dev.berth.linux.inflate;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** ISA-L's calls by their own names. */
final class IsalCalls {
    static {
        Native.register(IsalCalls.class, "libisal.so.2");
    }

    private IsalCalls() {}

    static native void isal_inflate_init(Pointer state);

    static native int isal_inflate(Pointer state);
}
