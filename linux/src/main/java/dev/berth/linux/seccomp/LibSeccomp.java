package dev.berth.linux.seccomp;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The library's own names. Its functions return a negative errno. */
final class LibSeccomp {
    static {
        Native.register(LibSeccomp.class, "libseccomp.so.2");
    }

    private LibSeccomp() {}

    static native Pointer seccomp_version();

    static native Pointer seccomp_init(int defaultAction);

    static native void seccomp_release(Pointer context);

    static native int seccomp_arch_native();

    static native int seccomp_arch_exist(Pointer context, int architecture);

    static native int seccomp_arch_add(Pointer context, int architecture);

    static native int seccomp_attr_set(Pointer context, int attribute, int value);

    static native int seccomp_syscall_resolve_name(String name);

    static native int seccomp_syscall_resolve_name_arch(int architecture, String name);

    static native int seccomp_rule_add_array(Pointer context, int action, int syscall, int count, byte[] comparisons);

    static native int seccomp_export_bpf(Pointer context, int fd);
}
