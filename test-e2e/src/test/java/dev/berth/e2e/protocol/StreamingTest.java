package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cri.api.AttachRequest;
import dev.berth.cri.api.ExecRequest;
import dev.berth.cri.api.Mount;
import dev.berth.cri.api.PortForwardRequest;
import dev.berth.cri.api.ReopenContainerLogRequest;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exec, Attach, PortForward and ReopenContainerLog, as the clients of Kubernetes use them: client-go's own, and crictl. */
@ExtendWith(SharedRegistry.class)
final class StreamingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PORT = "7000";

    private final Path streamClient = Checkout.current().tool("streamclient");
    private final Path folder;

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;
    private final String echo;

    StreamingTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        assumeTrue(Files.isExecutable(streamClient), "streams are not opened: test-e2e/tools/build could not build it");
        node = OnePod.run(folder, registry);
        pod = node.pod();
        echo = pod.start(Pod.container("echo", OnePod.BUSYBOX, List.of("cat")).toBuilder()
                .setStdin(true)
                .build());
    }

    private String streamed(String transport, String verb, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(streamClient.toString(), verb));
        command.addAll(List.of("--socket", node.subject().runtime().socket().toString(), "--transport", transport));
        command.addAll(List.of(arguments));
        return Command.run(command, Map.of(), Duration.ofMinutes(3)).orFail();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void aCommandsStreamsAreWholeBothWays(String transport) throws IOException, InterruptedException {
        streamed(transport, "exec", "--container", echo, "--bytes", "20000000");
        streamed(transport, "halfclose", "--container", echo, "--bytes", "1000000");
        streamed(transport, "exit", "--container", echo, "--code", "7");
        streamed(transport, "sessions", "--container", echo, "--bytes", "300000", "--count", "50");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void aTerminalHasTheClientsSizeAndFollowsIt(String transport) throws IOException, InterruptedException {
        streamed(transport, "tty", "--container", echo);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void severalClientsAttachAndLeaveTheProcessAlone(String transport) throws IOException, InterruptedException {
        streamed(transport, "attach", "--container", echo, "--count", "3");
        streamed(transport, "loop", "--kind", "attach", "--container", echo, "--count", "20");
        assertEquals(
                "0\n",
                pod.exec(echo, "sh", "-c", "kill -0 1; echo $?").getStdout().toStringUtf8());
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void portsOfThePodAreReachedOnLocalhost(String transport) throws IOException, InterruptedException {
        pod.start(Pod.container("server", OnePod.BUSYBOX, List.of("/streamclient", "serve", "--port", PORT)).toBuilder()
                .addMounts(Mount.newBuilder()
                        .setHostPath(streamClient.toString())
                        .setContainerPath("/streamclient")
                        .setReadonly(true))
                .build());
        streamed(transport, "portforward", "--pod", pod.id(), "--target", PORT, "--bytes", "5000000", "--count", "8");
        var refused = assertThrows(
                IOException.class,
                () -> streamed(transport, "portforward", "--pod", pod.id(), "--target", "7001", "--count", "1"));
        assertTrue(String.valueOf(refused.getMessage()).contains("7001"), refused::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void sessionsThatAreCutAnywhereLeaveNothingBehind(String transport)
            throws IOException, InterruptedException, TimeoutException {
        streamed(transport, "cut", "--kind", "exec", "--container", echo, "--count", "30", "--seed", "7");
        streamed(transport, "loop", "--kind", "badtty", "--container", echo, "--count", "30");
        Waiting.until("only the container's own process is left", SOON, () -> processes() == 1);
    }

    /** Beside the one that counts. */
    private long processes() {
        return pod.exec(echo, "sh", "-c", "ls /proc | grep -c '^[0-9]*$'")
                        .getStdout()
                        .toStringUtf8()
                        .strip()
                        .transform(Long::parseLong)
                - 3;
    }

    @Test
    void aCommandEndsWithItsClient() throws IOException, InterruptedException, TimeoutException {
        var crictl = Checkout.current().tool("crictl").toString();
        var client = new ProcessBuilder(
                        crictl,
                        "--config",
                        "/dev/null",
                        "-r",
                        "unix://" + node.subject().runtime().socket(),
                        "exec",
                        "-i",
                        echo,
                        "sh",
                        "-c",
                        "sleep 1000 & sleep 1000")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("client.log").toFile())
                .start();
        Waiting.until("the command runs", SOON, () -> sleeps() == 2);
        client.destroyForcibly().waitFor();
        Waiting.until("the command and what it started have ended", SOON, () -> sleeps() == 0);
    }

    private long sleeps() {
        return pod.exec(echo, "sh", "-c", "grep -lz '^sleep' /proc/[0-9]*/cmdline | wc -l")
                .getStdout()
                .toStringUtf8()
                .strip()
                .transform(Long::parseLong);
    }

    @Test
    void anAddressIsGoodOnce() throws IOException, InterruptedException {
        var request =
                ExecRequest.newBuilder().setContainerId(echo).addCmd("true").setStdout(true);
        var url =
                URI.create(node.subject().client().pods().exec(request.build()).getUrl());
        try (var http = HttpClient.newHttpClient()) {
            var ask = HttpRequest.newBuilder(url).build();
            assertEquals(
                    400, http.send(ask, HttpResponse.BodyHandlers.ofString()).statusCode());
            assertEquals(
                    404, http.send(ask, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }

    @Test
    void aClientThatTalksNonsenseHarmsNobody() throws IOException, InterruptedException {
        for (var nonsense : List.of(
                "\u00ff".repeat(100_000),
                "GET /" + "x".repeat(100_000),
                "\u0080\u0003\u0000\u0001\u0000\u00ff\u00ff\u00ff")) {
            var request = ExecRequest.newBuilder()
                    .setContainerId(echo)
                    .addCmd("cat")
                    .setStdin(true)
                    .setStdout(true);
            var url = URI.create(
                    node.subject().client().pods().exec(request.build()).getUrl());
            try (var socket = new Socket(url.getHost(), url.getPort())) {
                socket.getOutputStream().write(upgrade(url.getPath()));
                assertEquals(
                        "HTTP/1.1 101",
                        new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.ISO_8859_1));
            } catch (SocketException _) {
                // refused half-way, as it should be
            }
        }
        streamed("spdy", "exec", "--container", echo, "--bytes", "1000");
    }

    private static byte[] upgrade(String path) {
        var lines = List.of(
                "POST " + path + " HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                "X-Stream-Protocol-Version: v4.channel.k8s.io");
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatCannotBeStreamedIsRefusedBeforehand() {
        var exec = ExecRequest.newBuilder().setContainerId(echo).addCmd("true");
        refused(Code.INVALID_ARGUMENT, () -> exec(exec));
        refused(
                Code.INVALID_ARGUMENT,
                () -> exec(exec.clone().setTty(true).setStdout(true).setStderr(true)));
        refused(Code.INVALID_ARGUMENT, () -> exec(exec.clone().clearCmd().setStdout(true)));
        refused(Code.NOT_FOUND, () -> exec(exec.clone().setContainerId("none").setStdout(true)));
        pod.stop(echo, 0);
        refused(Code.FAILED_PRECONDITION, () -> exec(exec.clone().setStdout(true)));
        refused(
                Code.FAILED_PRECONDITION,
                () -> node.subject()
                        .client()
                        .pods()
                        .attach(AttachRequest.newBuilder()
                                .setContainerId(echo)
                                .setStdout(true)
                                .build()));
        refused(
                Code.FAILED_PRECONDITION,
                () -> node.subject()
                        .client()
                        .pods()
                        .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                                .setContainerId(echo)
                                .build()));
        refused(
                Code.NOT_FOUND,
                () -> node.subject()
                        .client()
                        .pods()
                        .portForward(PortForwardRequest.newBuilder()
                                .setPodSandboxId("none")
                                .build()));
    }

    private void exec(ExecRequest.Builder request) {
        node.subject().client().pods().exec(request.build());
    }

    private static void refused(Code code, Executable call) {
        assertEquals(
                code,
                assertThrows(StatusRuntimeException.class, call).getStatus().getCode());
    }

    @Test
    void aRenamedLogIsWrittenOnUnderItsName() throws IOException, InterruptedException, TimeoutException {
        var id = pod.start(
                Pod.container("writer", OnePod.BUSYBOX, List.of("sh", "-c", "while read l; do echo $l; done"))
                        .toBuilder()
                        .setStdin(true)
                        .setLogPath("writer.log")
                        .build());
        var log = Path.of(pod.status(id).getLogPath());
        say(id, "before");
        Waiting.until("the line is logged", SOON, () -> Files.readString(log).contains("before"));
        var old = Files.move(log, log.resolveSibling("writer.log.1"));
        var request = ReopenContainerLogRequest.newBuilder().setContainerId(id);
        node.subject().client().pods().reopenContainerLog(request.build());
        say(id, "after");
        Waiting.until(
                "the next line is logged", SOON, () -> Files.readString(log).contains("after"));
        assertEquals(1, Files.readAllLines(old).size());
        assertEquals(1, Files.readAllLines(log).size());
    }

    private void say(String container, String line) {
        pod.exec(container, "sh", "-c", "echo %s > /proc/1/fd/0".formatted(line));
    }
}
