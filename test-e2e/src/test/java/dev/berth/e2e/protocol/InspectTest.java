package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.KeyValue;
import dev.berth.cri.api.PodSandboxStatusRequest;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What scripts read from {@code crictl inspect} and {@code inspectp}, under the names that containerd gives it. */
@ExtendWith(SharedRegistry.class)
final class InspectTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    InspectTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    private JsonNode container(String id) throws IOException {
        var request = ContainerStatusRequest.newBuilder().setContainerId(id).setVerbose(true);
        return JSON.readTree(
                node.subject().client().pods().containerStatus(request.build()).getInfoOrThrow("info"));
    }

    private JsonNode sandbox() throws IOException {
        var request =
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod.id()).setVerbose(true);
        return JSON.readTree(
                node.subject().client().pods().podSandboxStatus(request.build()).getInfoOrThrow("info"));
    }

    @Test
    void aContainerHasWhatScriptsReadOfIt() throws IOException {
        var id = pod.start(Pod.container("box", OnePod.BUSYBOX, List.of("sleep", "1000")).toBuilder()
                .addEnvs(KeyValue.newBuilder().setKey("A").setValue(ByteString.copyFromUtf8("b")))
                .putLabels("app", "shown")
                .build());
        var info = container(id);
        assertEquals(pod.id(), info.path("sandboxID").asText());
        assertTrue(Files.isDirectory(Path.of("/proc", info.path("pid").asText())));
        assertEquals("overlayfs", info.path("snapshotter").asText());
        assertFalse(info.path("runtimeType").asText().isEmpty());
        assertFalse(info.path("privileged").asBoolean(true));
        assertEquals("sleep", info.at("/runtimeSpec/process/args/0").asText());
        assertEquals("box", info.at("/config/metadata/name").asText());
        assertEquals(OnePod.BUSYBOX, info.at("/config/image/image").asText());
        assertEquals("box.log", info.at("/config/log_path").asText());
        assertEquals("shown", info.at("/config/labels/app").asText());
    }

    @Test
    void aSandboxHasWhatScriptsReadOfIt() throws IOException {
        var info = sandbox();
        var address = pod.status().getNetwork().getIp();
        assertEquals(
                address, info.at("/cniResult/Interfaces/eth0/IPConfigs/0/IP").asText());
        assertEquals("running", info.path("processStatus").asText());
        assertEquals("pod", info.at("/config/metadata/name").asText());
        assertEquals(
                1,
                info.at("/config/linux/security_context/namespace_options/pid").asInt());
        var network = Path.of(info.at("/runtimeSpec/linux/namespaces/0/path").asText());
        assertEquals("network", info.at("/runtimeSpec/linux/namespaces/0/type").asText());
        assertFalse(Files.isSameFile(network, Path.of("/proc/self/ns/net")));
    }
}
