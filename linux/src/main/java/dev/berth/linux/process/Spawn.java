package dev.berth.linux.process;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.util.ArrayList;
import java.util.List;

/**
 * A process to start with {@code posix_spawn}: the executable open as a descriptor, its arguments and environment, and
 * the descriptors it gets as 0, 1, 2 and on. Signals start unblocked and with their default actions, whatever the JVM
 * has done to them. Descriptors of the caller that are not close-on-exec leak into the child: it closes them itself.
 */
public record Spawn(Fd executable, List<String> arguments, List<String> environment, List<Fd> descriptors) {
    public Spawn {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        descriptors = List.copyOf(descriptors);
    }

    /** Starts the process and returns its pid. The caller is to wait for it. */
    public int start() throws ErrnoException {
        List<Fd> lifted = new ArrayList<>();
        try {
            for (Fd descriptor : descriptors) {
                lifted.add(aboveTargets(descriptor));
            }
            Fd program = aboveTargets(executable);
            lifted.add(program);
            String path = "/proc/self/fd/" + program.number();
            return new PosixSpawn(path, arguments, environment).start(lifted.subList(0, descriptors.size()));
        } finally {
            lifted.forEach(Fd::close);
        }
    }

    /** A duplicate whose number no target overwrites before it has been copied. */
    private Fd aboveTargets(Fd source) throws ErrnoException {
        return Descriptors.duplicateFrom(source, descriptors.size() + 3);
    }
}
