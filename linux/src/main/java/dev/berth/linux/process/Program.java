package dev.berth.linux.process;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that is given a text and gives one back. It runs in a session of its own, with the three standard
 * descriptors and nothing else of this process.
 */
public record Program(String path, List<String> environment) {
    /**
     * How far a run may go.
     *
     * @param patience for the program's end
     * @param drain how long its outputs may be held open after that by processes it leaves behind
     * @param output bytes of standard output, with more of which it is ended
     * @param complaints bytes of standard error that are kept; the rest is read and dropped
     */
    public record Limits(Duration patience, Duration drain, int output, int complaints) {}

    /** How a run ended. */
    public enum End {
        EXITED,
        /** Killed, with all of its session, when its time was up. */
        TOO_LATE,
        /** Killed when it had printed too much. */
        TOO_MUCH,
        /** It exited, but something it had started held its output open, and was killed. */
        HELD_OPEN
    }

    /** What came of a run. */
    public static final class Outcome {
        private final End end;
        private final int status;
        private final byte[] output;
        private final byte[] complaints;

        /** @param status as waitpid(2) encodes it */
        Outcome(End end, int status, byte[] output, byte[] complaints) {
            this.end = end;
            this.status = status;
            this.output = output;
            this.complaints = complaints;
        }

        public End end() {
            return end;
        }

        /** Standard output; not copied. */
        public byte[] output() {
            return output;
        }

        /** The beginning of standard error; not copied. */
        public byte[] complaints() {
            return complaints;
        }

        public boolean succeeded() {
            return end == End.EXITED && status == 0;
        }

        /** Such as {@code exit status 3} or {@code signal 9}. */
        public String ending() {
            int signal = status & 0x7f;
            return signal == 0 ? "exit status " + (status >> 8 & 0xff) : "signal " + signal;
        }
    }

    public Program {
        environment = List.copyOf(environment);
    }

    /** Blocks in system calls: for platform threads. The interruption of the thread ends the program. */
    public Outcome run(byte[] input, Limits limits) throws ErrnoException, InterruptedException {
        try (Pipe stdin = Pipe.open();
                Pipe stdout = Pipe.open();
                Pipe stderr = Pipe.open()) {
            int pid = start(List.of(stdin.readEnd(), stdout.writeEnd(), stderr.writeEnd()));
            stdin.readEnd().close();
            stdout.writeEnd().close();
            stderr.writeEnd().close();
            try (var run = new Conversation(pid, input, limits, stdin.writeEnd(), stdout.readEnd(), stderr.readEnd())) {
                return run.hold();
            }
        }
    }

    private int start(List<Fd> descriptors) throws ErrnoException {
        List<Fd> lifted = new ArrayList<>();
        try {
            for (Fd descriptor : descriptors) {
                lifted.add(Descriptors.duplicateFrom(descriptor, descriptors.size()));
            }
            return new PosixSpawn(path, List.of(path), environment).startAlone(lifted);
        } finally {
            lifted.forEach(Fd::close);
        }
    }
}
