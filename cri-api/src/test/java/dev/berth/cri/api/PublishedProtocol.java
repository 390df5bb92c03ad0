package dev.berth.cri.api;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** The protocol as the Kubernetes project publishes it: the Go module that {@code descriptor/go.mod} pins. */
final class PublishedProtocol {
    private static final Path PROGRAM = Path.of("descriptor").toAbsolutePath();

    private PublishedProtocol() {}

    /** Why the module cannot be built on this host, if so. */
    static Optional<String> obstacle() throws IOException, InterruptedException {
        try {
            var version = run("go", "env", "GOVERSION");
            var accepted = run("go", "mod", "verify");
            return accepted.output().contains("requires go")
                    ? Optional.of(version.output().strip() + " is older than descriptor/go.mod asks for")
                    : Optional.empty();
        } catch (IOException absent) {
            return Optional.of("no Go compiler: " + absent.getMessage());
        }
    }

    static FileDescriptorProto read() throws IOException, InterruptedException {
        var ran = run("go", "run", ".");
        if (ran.status() != 0) {
            throw new IOException("go run in " + PROGRAM + ": exit status " + ran.status() + "\n" + ran.output());
        }
        return FileDescriptorProto.parseFrom(
                Base64.getDecoder().decode(ran.output().lines().toList().getLast()));
    }

    private record Ran(int status, String output) {}

    private static Ran run(String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(PROGRAM.toFile()).redirectErrorStream(true);
        builder.environment().put("GOTOOLCHAIN", "local");
        builder.environment().put("GOFLAGS", "-mod=readonly");
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), output);
    }
}
