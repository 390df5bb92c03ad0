package dev.berth.linux.bpf;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

final class BpfLibc {
    static {
        Native.register(BpfLibc.class, "c");
    }

    private BpfLibc() {}

    // syscall(2) is variadic in C; on x86-64 and arm64 Linux its fixed arguments are passed the same way
    static native long syscall(long number, long command, Pointer attributes, long size);
}
