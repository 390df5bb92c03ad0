package dev.berth.e2e.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.NetworkConfig;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.cri.api.PodSandboxStatusRequest;
import dev.berth.cri.api.PortMapping;
import dev.berth.cri.api.RunPodSandboxRequest;
import dev.berth.cri.api.RuntimeCondition;
import dev.berth.cri.api.RuntimeConfig;
import dev.berth.cri.api.RuntimeHandler;
import dev.berth.cri.api.StatusRequest;
import dev.berth.cri.api.StatusResponse;
import dev.berth.cri.api.UpdateRuntimeConfigRequest;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Ports;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which network pods get, what the runtime says of it, and what becomes of it when plugins fail. */
@ExtendWith(SharedRegistry.class)
final class NetworkConfigurationTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final Path folder;
    private final Subject subject;

    NetworkConfigurationTest(@TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("test.toml"), """
                [cni]
                bin_dirs = ["%1$s/bin", "/usr/lib/cni"]
                gc_interval_seconds = 1
                [runtime_handlers.special]
                cni_conf_dir = "%1$s/special.d"
                [runtime_handlers.plain]
                """.formatted(folder));
        Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("net.d"));
        subject = Subject.start(folder, registry);
    }

    @AfterEach
    void nothingIsLeft() throws IOException, InterruptedException, TimeoutException {
        try {
            subject.removePods();
        } finally {
            subject.awaitNothingLeft();
        }
    }

    private void program(String name, String script) throws IOException {
        var file = Files.writeString(folder.resolve("bin").resolve(name), "#!/bin/sh\n" + script + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private static String list(String name, String plugin) {
        return "{\"cniVersion\": \"1.0.0\", \"name\": \"%s\", \"plugins\": [{\"type\": \"%s\"}]}"
                .formatted(name, plugin);
    }

    private Pod run(String name) {
        return Pod.run(subject.client(), Pod.config(subject.marks(), name));
    }

    private Pod run(PodSandboxConfig config, String handler) {
        var request = RunPodSandboxRequest.newBuilder()
                .setConfig(config)
                .setRuntimeHandler(handler)
                .build();
        var client = subject.client();
        return new Pod(client, config, client.pods().runPodSandbox(request).getPodSandboxId());
    }

    private StatusResponse status() {
        return subject.client()
                .pods()
                .status(StatusRequest.newBuilder().setVerbose(true).build());
    }

    private RuntimeCondition networkReady() {
        return status().getStatus().getConditionsList().stream()
                .filter(condition -> condition.getType().equals("NetworkReady"))
                .findFirst()
                .orElseThrow();
    }

    private void restart() throws IOException, InterruptedException, TimeoutException {
        subject.runtime().kill();
        subject.runtime().start();
        Waiting.until("the connection is back", SOON, subject.client()::answers);
    }

    @Test
    void theConditionFollowsTheFilesAndSaysWhy() throws IOException, InterruptedException, TimeoutException {
        assertTrue(networkReady().getStatus());
        var file = Files.writeString(folder.resolve("net.d").resolve("00.conflist"), "{ broken");
        Waiting.until(
                "all of the broken file is seen",
                SOON,
                () -> networkReady().getMessage().contains("00.conflist: not valid JSON"));
        assertFalse(networkReady().getStatus());
        assertEquals("InvalidNetworkConfig", networkReady().getReason());
        Files.writeString(file, list("own", "absent"));
        Waiting.until(
                "the missing plugin is seen",
                SOON,
                () -> networkReady().getMessage().contains("CNI plugin absent is not in"));
        Files.delete(file);
        Waiting.until("the default network is back", SOON, () -> networkReady().getStatus());
        assertTrue(status().getInfoOrThrow("network").contains("default network"));
    }

    @Test
    void aBrokenFileRefusesPodsInOneLine() throws IOException {
        Files.writeString(folder.resolve("net.d").resolve("00.conflist"), "{\"name\": \"own\",\n broken");
        var refused = assertThrows(StatusRuntimeException.class, () -> run("broken"));
        assertEquals(Status.Code.FAILED_PRECONDITION, refused.getStatus().getCode(), refused::toString);
        var text = String.valueOf(refused.getStatus().getDescription());
        assertTrue(text.contains("net.d/00.conflist: not valid JSON: line 2, column 2: "), text);
        assertFalse(text.contains("\n") || text.contains("Source"), text);
    }

    /** In the form of 0.2.0 for old plugins, also where they are built in, and with a port of the host. */
    @Test
    void aConfigurationNeedsNoVersion() throws IOException, InterruptedException {
        var marks = subject.marks();
        Files.writeString(
                folder.resolve("net.d").resolve("10.conf"), """
                {"name": "%1$s", "type": "bridge", "bridge": "%1$s", "isGateway": true, "ipMasq": true,
                 "ipam": {"type": "host-local", "subnet": "%2$s.0/24", "dataDir": "%3$s/leases"}}
                """.formatted(marks.bridge(), marks.network(), folder));
        var port = PortMapping.newBuilder().setContainerPort(80).setHostPort(Ports.free());
        var config = Pod.config(marks, "old").toBuilder().addPortMappings(port).build();
        var pod = run(config, "");
        assertEquals(marks.network() + ".2", pod.status().getNetwork().getIp());
        pod.stop();
        pod.remove();
        assertEquals(
                marks.network() + ".3", run(config, "").status().getNetwork().getIp());
    }

    @Test
    void theClustersPodCidrIsTheDefaultNetworks() throws IOException, InterruptedException, TimeoutException {
        var marks = subject.marks();
        var first = run("first");
        var upper = marks.network() + ".128/25";
        update(upper);
        assertEquals(
                marks.network() + ".130", run("second").status().getNetwork().getIp());
        update("");
        for (var wrong : List.of("10.1.2.3/24", "nonsense", "10.1.0.0/24,10.2.0.0/24")) {
            var refusal = assertThrows(StatusRuntimeException.class, () -> update(wrong));
            assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode(), refusal::toString);
        }
        var address = first.status().getNetwork().getIp();
        restart();
        assertEquals(address, first.status().getNetwork().getIp());
        assertEquals(
                marks.network() + ".131", run("third").status().getNetwork().getIp());
    }

    private void update(String cidr) {
        var network = NetworkConfig.newBuilder().setPodCidr(cidr);
        var config = RuntimeConfig.newBuilder().setNetworkConfig(network);
        subject.client()
                .pods()
                .updateRuntimeConfig(UpdateRuntimeConfigRequest.newBuilder()
                        .setRuntimeConfig(config)
                        .build());
    }

    @Test
    void aRuntimeHandlerMayHaveANetworkOfItsOwn() throws IOException {
        var marks = subject.marks();
        assertEquals(
                List.of("", "plain", "special"),
                status().getRuntimeHandlersList().stream()
                        .map(RuntimeHandler::getName)
                        .toList());
        var unknown = assertThrows(StatusRuntimeException.class, () -> run(Pod.config(marks, "unknown"), "unknown"));
        assertEquals(Status.Code.INVALID_ARGUMENT, unknown.getStatus().getCode());
        var unready = assertThrows(StatusRuntimeException.class, () -> run(Pod.config(marks, "early"), "special"));
        assertEquals(Status.Code.UNAVAILABLE, unready.getStatus().getCode(), unready::toString);
        program("fixed", "echo '{\"cniVersion\": \"1.0.0\", \"ips\": [{\"address\": \"192.0.2.7/24\"}]}'");
        Files.writeString(
                Files.createDirectories(folder.resolve("special.d")).resolve("a.conflist"), list("own", "fixed"));
        assertEquals(
                "192.0.2.7",
                run(Pod.config(marks, "own"), "special").status().getNetwork().getIp());
        var plain = run(Pod.config(marks, "other"), "plain").status();
        assertTrue(plain.getNetwork().getIp().startsWith(marks.network() + "."));
        assertEquals("plain", plain.getRuntimeHandler());
    }

    @Test
    void aDelThatFailsFailsTheStopUntilItSucceeds() throws IOException {
        var broken = folder.resolve("broken");
        program(
                "moody",
                "[ $CNI_COMMAND = DEL ] && [ -e " + broken + " ] && { echo no luck >&2; exit 1; }\n"
                        + "echo '{\"cniVersion\": \"1.0.0\", \"ips\": [{\"address\": \"192.0.2.7/24\"}]}'");
        Files.writeString(folder.resolve("net.d").resolve("00.conflist"), list("moody", "moody"));
        var pod = run("moody");
        Files.createFile(broken);
        var failure = assertThrows(StatusRuntimeException.class, pod::stop);
        assertTrue(failure.toString().contains("exit status 1; stderr: no luck"), failure::toString);
        assertEquals(PodSandboxState.SANDBOX_NOTREADY, pod.status().getState());
        assertThrows(StatusRuntimeException.class, pod::remove);
        Files.delete(broken);
        pod.stop();
        pod.remove();
    }

    /** As after a reboot, which empties the state directory and not that of the attachments. */
    @Test
    void whatAPodThatIsGoneHasLeftIsReleasedInTheBackground()
            throws IOException, InterruptedException, TimeoutException {
        var broken = Files.createFile(folder.resolve("broken"));
        program(
                "moody",
                "[ $CNI_COMMAND = DEL ] && [ -e " + broken + " ] && exit 1\n"
                        + "echo '{\"cniVersion\": \"1.0.0\", \"ips\": [{\"address\": \"192.0.2.7/24\"}]}'");
        var attachments = Files.createDirectories(folder.resolve("cni").resolve("attachments"));
        var record = """
                {"containerId": "gone", "ifName": "eth0", "cniArgs": "", "builtin": true, "capabilityArgs": {},
                 "network": %s}
                """.formatted(list("moody", "moody"));
        var left = Files.writeString(attachments.resolve("gone.json"), record.replace('\n', ' ') + "\n");
        restart();
        assertTrue(networkReady().getStatus());
        var log = folder.resolve("berthd.log");
        Waiting.until(
                "the failure is logged",
                SOON,
                () -> Files.readString(log).contains("release the network of sandbox gone"));
        assertTrue(Files.exists(left));
        Files.delete(broken);
        Waiting.until("it is released", SOON, () -> !Files.exists(left));
    }

    @Test
    void aFailedStartWhoseDelFailsTooLeavesNothingButTheDel()
            throws IOException, InterruptedException, TimeoutException {
        var broken = Files.createFile(folder.resolve("broken"));
        program("moody", "[ $CNI_COMMAND = DEL ] && [ ! -e " + broken + " ] && exit 0; echo no luck >&2; exit 1");
        Files.writeString(folder.resolve("net.d").resolve("00.conflist"), list("moody", "moody"));
        assertThrows(StatusRuntimeException.class, () -> run("moody"));
        assertEquals(0, files(folder.resolve("state").resolve("sandboxes")));
        var attachments = folder.resolve("cni").resolve("attachments");
        assertEquals(1, files(attachments));
        Files.delete(broken);
        Waiting.until("it is released", SOON, () -> files(attachments) == 0);
    }

    private static long files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    @Test
    void aBrokenNetworkIsShownAndLogged() throws IOException, InterruptedException, TimeoutException {
        var pod = run("broken");
        assertTrue(info(pod).contains("\"networkCheck\":\"ok\""), () -> info(pod));
        try (var leases =
                Files.list(folder.resolve("leases").resolve(subject.marks().bridge()))) {
            for (var lease : leases.filter(file -> file.getFileName().toString().matches("[0-9]+[.].*|.*::.*"))
                    .toList()) {
                Files.delete(lease);
            }
        }
        assertTrue(info(pod).contains("has no lease"), () -> info(pod));
        restart();
        var log = folder.resolve("berthd.log");
        Waiting.until("it is logged", SOON, () -> Files.readString(log).contains("the network of sandbox " + pod.id()));
    }

    private static String info(Pod pod) {
        return pod.client()
                .pods()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .setVerbose(true)
                        .build())
                .getInfoOrThrow("info");
    }
}
