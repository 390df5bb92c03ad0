package dev.berth.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One call of {@code posix_spawn}: signals start unblocked and with their default actions. */
record PosixSpawn(String path, List<String> arguments, List<String> environment) {
    /** Larger than posix_spawn_file_actions_t (80), posix_spawnattr_t (336) and sigset_t (128) of any C library. */
    private static final int OPAQUE_BYTES = 1024;

    private static final short SETSIGDEF_SETSIGMASK = 0x04 | 0x08;
    private static final short SETSID = 0x80;

    /** What is done to the child besides giving it its descriptors. */
    private interface More {
        int addTo(Pointer actions);
    }

    /** The sources become 0, 1, 2 and on. Returns the pid. */
    int start(List<Fd> sources) throws ErrnoException {
        return start(sources, SETSIGDEF_SETSIGMASK, _ -> 0);
    }

    /** The same in a session of the child's own, and with no other descriptor. */
    int startAlone(List<Fd> sources) throws ErrnoException {
        short flags = SETSIGDEF_SETSIGMASK | SETSID;
        return start(
                sources, flags, actions -> CloseFrom.posix_spawn_file_actions_addclosefrom_np(actions, sources.size()));
    }

    private int start(List<Fd> sources, short flags, More more) throws ErrnoException {
        try (Memory actions = new Memory(OPAQUE_BYTES);
                Memory attributes = new Memory(OPAQUE_BYTES);
                Memory pid = new Memory(Integer.BYTES);
                Memory argv = vector(arguments);
                Memory envp = vector(environment)) {
            check(Processes.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init");
            try {
                for (int target = 0; target < sources.size(); target++) {
                    int source = sources.get(target).number();
                    check(Processes.posix_spawn_file_actions_adddup2(actions, source, target), "adddup2");
                }
                check(more.addTo(actions), "addclosefrom");
                cleanSignals(attributes, flags);
                check(Processes.posix_spawn(pid, path, actions, attributes, argv, envp), "posix_spawn");
                return pid.getInt(0);
            } finally {
                Processes.posix_spawn_file_actions_destroy(actions);
                Processes.posix_spawnattr_destroy(attributes);
            }
        }
    }

    private void cleanSignals(Pointer attributes, short flags) throws ErrnoException {
        try (Memory set = new Memory(OPAQUE_BYTES)) {
            check(Processes.posix_spawnattr_init(attributes), "posix_spawnattr_init");
            check(Processes.posix_spawnattr_setflags(attributes, flags), "posix_spawnattr_setflags");
            check(Processes.sigemptyset(set), "sigemptyset");
            check(Processes.posix_spawnattr_setsigmask(attributes, set), "posix_spawnattr_setsigmask");
            check(Processes.sigfillset(set), "sigfillset");
            check(Processes.posix_spawnattr_setsigdefault(attributes, set), "posix_spawnattr_setsigdefault");
        }
    }

    /** The posix_spawn family returns its error instead of setting errno. */
    private void check(int result, String call) throws ErrnoException {
        if (result != 0) {
            throw new ErrnoException(call, String.join(" ", arguments), result);
        }
    }

    /** A NULL-terminated array of pointers, followed by the NUL-terminated strings it points to. */
    private static Memory vector(List<String> strings) {
        List<byte[]> encoded = strings.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        long pointers = (long) Native.POINTER_SIZE * (encoded.size() + 1);
        Memory memory = new Memory(
                pointers + encoded.stream().mapToLong(b -> b.length + 1L).sum());
        memory.clear();
        long at = pointers;
        for (int index = 0; index < encoded.size(); index++) {
            byte[] bytes = encoded.get(index);
            memory.write(at, bytes, 0, bytes.length);
            memory.setPointer((long) index * Native.POINTER_SIZE, memory.share(at));
            at += bytes.length + 1L;
        }
        return memory;
    }
}
