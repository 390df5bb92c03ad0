package dev.berth.e2e.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.PodIP;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.cri.api.PortMapping;
import dev.berth.cri.api.Protocol;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.Marks;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One pod's life as the kubelet leads it: a call that the daemon's death cut short is made again. */
record ChurnedPod(CriClient client, Marks marks, int number, Addresses addresses) {
    static final String IMAGE = "docker.io/library/busybox:latest";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FIRST_PORT = 21000;
    private static final int PORT_EVERY = 5;
    private static final int CONTAINER_EVERY = 4;

    void liveAndDie() throws IOException, InterruptedException, TimeoutException {
        var config = config();
        var pod = persist(() -> Pod.run(client, config));
        var ips = persist(() -> ips(pod));
        assertEquals(2, ips.size(), "addresses of " + config.getMetadata().getName());
        addresses.taken(pod.id(), ips);
        if (number % CONTAINER_EVERY == 0) {
            runContainer(pod, ips.getFirst());
        }
        addresses.givenBack(pod.id());
        persist(() -> {
            pod.stop();
            return pod;
        });
        persist(() -> {
            pod.remove();
            return pod;
        });
    }

    private PodSandboxConfig config() {
        var config = Pod.config(marks, "churn" + number);
        if (number % PORT_EVERY != 0) {
            return config;
        }
        var port = PortMapping.newBuilder()
                .setProtocol(Protocol.TCP)
                .setContainerPort(80)
                .setHostPort(FIRST_PORT + number);
        return config.toBuilder().addPortMappings(port).build();
    }

    private static List<String> ips(Pod pod) {
        var status = pod.status();
        assertEquals(PodSandboxState.SANDBOX_READY, status.getState());
        var ips = new ArrayList<>(List.of(status.getNetwork().getIp()));
        status.getNetwork().getAdditionalIpsList().stream().map(PodIP::getIp).forEach(ips::add);
        return ips;
    }

    /** The container sees the address that the status tells. */
    private void runContainer(Pod pod, String address) throws IOException, InterruptedException, TimeoutException {
        var box = persist(() -> pod.create(Pod.container("box", IMAGE, List.of("sleep", "1000"))));
        persist(() -> {
            // an earlier try may have started it and died before it could say so
            if (pod.status(box).getState() != ContainerState.CONTAINER_RUNNING) {
                pod.start(box);
            }
            return box;
        });
        var seen = persist(() -> pod.exec(box, "ip", "-4", "-o", "addr", "show", "dev", "eth0"))
                .getStdout()
                .toString(StandardCharsets.UTF_8);
        assertTrue(seen.contains(" " + address + "/"), seen + " lacks " + address);
    }

    /** Makes a call until it is answered; any answer but that the daemon is away counts. */
    private <T> T persist(Supplier<T> call) throws IOException, InterruptedException, TimeoutException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return call.get();
            } catch (StatusRuntimeException failed) {
                if (failed.getStatus().getCode() != Status.Code.UNAVAILABLE || System.nanoTime() > end) {
                    throw failed;
                }
                Waiting.until("the daemon answers again", PATIENCE, client::answers);
            }
        }
    }
}
