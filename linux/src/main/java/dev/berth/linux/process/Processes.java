package dev.berth.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The C library's process calls. */
final class Processes {
    static {
        Native.register(Processes.class, "c");
    }

    private Processes() {}

    static native int posix_spawn_file_actions_init(Pointer actions);

    static native int posix_spawn_file_actions_adddup2(Pointer actions, int source, int target);

    static native int posix_spawn_file_actions_destroy(Pointer actions);

    static native int posix_spawnattr_init(Pointer attributes);

    static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer set);

    static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer set);

    static native int posix_spawnattr_destroy(Pointer attributes);

    static native int posix_spawn(
            Pointer pid, String path, Pointer actions, Pointer attributes, Pointer arguments, Pointer environment);

    static native int sigemptyset(Pointer set);

    static native int sigfillset(Pointer set);

    static native int waitpid(int pid, Pointer status, int options);

    static native int kill(int pid, int signal);

    static native int pidfd_open(int pid, int flags);

    static native int pidfd_send_signal(int pidfd, int signal, Pointer info, int flags);
}
