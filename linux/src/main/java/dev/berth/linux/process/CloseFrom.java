package dev.berth.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** A call of the GNU C library since 2.34, apart from those that every one has. */
final class CloseFrom {
    static {
        Native.register(CloseFrom.class, "c");
    }

    private CloseFrom() {}

    static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int lowest);
}
