package dev.berth.e2e.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PortMapping;
import dev.berth.cri.api.StatusRequest;
import dev.berth.e2e.BridgeNetwork;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Ports;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports of the host on a network none of whose plugins opens them. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
@ExtendWith(SharedRegistry.class)
final class HostPortTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int SERVED = 7000;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @AutoClose("end")
    private final OnePod node;

    private final int port;

    HostPortTest(boolean builtin, @TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        port = Ports.free();
        node = OnePod.run(BridgeNetwork.withoutPorts(folder, builtin), registry);
    }

    private PodSandboxConfig config(String name) {
        return Pod.config(node.subject().marks(), name).toBuilder()
                .addPortMappings(PortMapping.newBuilder().setHostPort(port).setContainerPort(SERVED))
                .build();
    }

    private Pod serve(String name) {
        var pod = Pod.run(node.subject().client(), config(name));
        pod.start(OnePod.box("sh", "-c", "while :; do echo %s | nc -l -p %d; done".formatted(name, SERVED))
                .build());
        return pod;
    }

    private String said() throws IOException {
        try (var socket = new Socket(LOOPBACK, port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (ConnectException _) {
            return "";
        }
    }

    @Test
    void berthOpensThemItself() throws IOException, InterruptedException, TimeoutException {
        var pod = serve("first");
        Waiting.until("the pod answers on the host's port", SOON, () -> said().equals("first\n"));
        var taken = assertThrows(StatusRuntimeException.class, () -> serve("second"));
        assertEquals(Code.FAILED_PRECONDITION, taken.getStatus().getCode(), taken::toString);

        node.subject().runtime().kill();
        node.restart();
        assertEquals("first\n", said());
        pod.stop();
        assertEquals("", said());
        serve("second");
        Waiting.until("the next pod answers there", SOON, () -> said().equals("second\n"));
        var status = StatusRequest.newBuilder().setVerbose(true).build();
        var network = node.subject().client().pods().status(status).getInfoOrThrow("network");
        assertTrue(network.contains("host ports by Berth itself"), network);
    }
}
