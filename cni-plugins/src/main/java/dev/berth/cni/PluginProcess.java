package dev.berth.cni;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One run of a plugin program: bounded in time, in output and in complaints. */
final class PluginProcess {
    private static final int COMPLAINT_LIMIT = 64 * 1024;
    private static final int QUOTED_LIMIT = 2000;
    /** How long the pipes may stay open after the program's end; a process it left behind may hold them. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Path program;
    private final String subject;
    private final Duration timeout;

    PluginProcess(Path program, String subject, Duration timeout) {
        this.program = program;
        this.subject = subject;
        this.timeout = timeout;
    }

    /** Gives what the program printed when it succeeded. */
    byte[] run(Map<String, String> environment, byte[] input) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.toString());
        builder.environment().putAll(environment);
        Process process = start(builder);
        try {
            return converse(process, input);
        } finally {
            end(process);
        }
    }

    private Process start(ProcessBuilder builder) throws CniException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CniException(CniException.Kind.FAILED, subject + ": " + e.getMessage(), e);
        }
    }

    private byte[] converse(Process process, byte[] input) throws IOException, InterruptedException {
        Reader output = new Reader(process.getInputStream(), Json.LIMIT, process);
        Reader complaints = new Reader(process.getErrorStream(), COMPLAINT_LIMIT, process);
        Thread writer = Thread.ofVirtual().name("cni-stdin").start(() -> write(process.getOutputStream(), input));
        Thread outputReader = Thread.ofVirtual().name("cni-stdout").start(output);
        Thread complaintReader = Thread.ofVirtual().name("cni-stderr").start(complaints);
        boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            end(process);
        }
        boolean drained = outputReader.join(DRAIN) && complaintReader.join(DRAIN) && writer.join(DRAIN);
        return judge(process, ended, drained, output, complaints);
    }

    private byte[] judge(Process process, boolean ended, boolean drained, Reader output, Reader complaints)
            throws CniException {
        if (!ended) {
            String message = subject + ": no answer within " + timeout.toSeconds() + " s, killed";
            throw new CniException(CniException.Kind.TIMEOUT, message + quoted(complaints));
        }
        if (output.overflowed()) {
            throw failed("printed more than " + Json.LIMIT + " bytes", complaints);
        }
        if (!drained) {
            throw failed("ended but left a process that holds its output open", complaints);
        }
        if (process.exitValue() != 0) {
            throw failed(reason(process.exitValue(), output.bytes()), complaints);
        }
        return output.bytes();
    }

    private CniException failed(String reason, Reader complaints) {
        return new CniException(CniException.Kind.FAILED, subject + ": " + reason + quoted(complaints));
    }

    /** A failing plugin prints an error document (CNI spec, section 5); others just print something. */
    private static String reason(int exitCode, byte[] output) {
        try {
            var error = Json.parse(output, "error document");
            String details = Json.text(error, "details");
            String message = Json.text(error, "msg") + (details.isEmpty() ? "" : "; " + details);
            return message + " (code " + error.path("code").asInt() + ")";
        } catch (IOException _) {
            return "exit status " + exitCode + ", printed \"" + shortened(output) + "\"";
        }
    }

    private static String quoted(Reader complaints) {
        String text = shortened(complaints.bytes()).strip();
        return text.isEmpty() ? "" : "; stderr: " + text;
    }

    private static String shortened(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, QUOTED_LIMIT), StandardCharsets.UTF_8);
    }

    private static void write(OutputStream stdin, byte[] input) {
        try (stdin) {
            stdin.write(input);
        } catch (IOException _) {
            // a program may end without having read its input; its exit status tells how that went
        }
    }

    /** Children too: a delegated IPAM plugin must not go on alone. */
    private static void end(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Reads a stream to its end or to the limit, at which the program is ended. */
    private static final class Reader implements Runnable {
        private final InputStream stream;
        private final int limit;
        private final Process process;
        private final AtomicBoolean overflow = new AtomicBoolean();
        private volatile byte @Nullable [] content;

        Reader(InputStream stream, int limit, Process process) {
            this.stream = stream;
            this.limit = limit;
            this.process = process;
        }

        @Override
        public void run() {
            try {
                byte[] bytes = stream.readNBytes(limit + 1);
                content = bytes;
                if (bytes.length > limit) {
                    overflow.set(true);
                    end(process);
                }
            } catch (IOException _) {
                // the pipe was closed under us when the program was ended
            }
        }

        boolean overflowed() {
            return overflow.get();
        }

        byte[] bytes() {
            byte[] bytes = content;
            return bytes == null ? new byte[0] : bytes;
        }
    }
}
