package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cri.api.ExecRequest;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams under TLS, with a certificate and key from files. */
@ExtendWith(SharedRegistry.class)
final class StreamingTlsTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void aCommandIsStreamedUnderTls(String transport, @TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var client = Checkout.current().tool("streamclient");
        assumeTrue(Files.isExecutable(client), "streams are not opened: test-e2e/tools/build could not build it");
        configure(folder);
        var subject = Subject.start(folder, registry);
        try {
            var image = ImageSpec.newBuilder().setImage(BUSYBOX);
            subject.client()
                    .images()
                    .pullImage(PullImageRequest.newBuilder().setImage(image).build());
            var pod = Pod.run(subject.client(), Pod.config(subject.marks(), "tls"));
            var echo = pod.start(Pod.container("echo", BUSYBOX, List.of("sleep", "1000")));
            var request =
                    ExecRequest.newBuilder().setContainerId(echo).addCmd("true").setStdout(true);
            var url = subject.client().pods().exec(request.build()).getUrl();
            assertTrue(url.startsWith("https://127.0.0.1:"), url);
            var socket = subject.runtime().socket().toString();
            Command.run(
                            client.toString(),
                            "exec",
                            "--socket",
                            socket,
                            "--transport",
                            transport,
                            "--container",
                            echo,
                            "--bytes",
                            "3000000")
                    .orFail();
        } finally {
            subject.removePods();
            subject.awaitNothingLeft();
        }
    }

    private static void configure(Path folder) throws IOException, InterruptedException {
        var certificate = folder.resolve("tls.crt").toString();
        var key = folder.resolve("tls.key").toString();
        Command.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "1",
                        "-subj",
                        "/CN=127.0.0.1",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-out",
                        certificate,
                        "-keyout",
                        key)
                .orFail();
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("streaming.toml"),
                "[streaming]\ntls_cert_file = \"%s\"\ntls_key_file = \"%s\"\n".formatted(certificate, key));
    }
}
