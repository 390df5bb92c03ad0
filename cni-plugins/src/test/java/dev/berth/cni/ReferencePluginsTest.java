package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same configuration through the built-in plugins and through Debian's containernetworking-plugins. */
final class ReferencePluginsTest {
    @TempDir
    private Path root;

    /** What can be seen of a pod's network from outside the plugins. */
    private record Observation(
            JsonNode result, Set<String> leases, String lease, String last, String addresses, String routes) {}

    private PodNetworks open(TestHost host, boolean builtin) throws IOException {
        host.configure("""
            {"cniVersion": "1.0.0", "name": "ab", "plugins": [
              {"type": "loopback"},
              {"type": "bridge", "bridge": "tst2", "isDefaultGateway": true, "ipMasq": true, "hairpinMode": true,
               "mtu": 1400, "ipam": {"type": "host-local", "dataDir": "%s",
                 "ranges": [[{"subnet": "10.93.0.0/24", "rangeStart": "10.93.0.10", "rangeEnd": "10.93.0.20"}],
                            [{"subnet": "fd93::/64"}]],
                 "routes": [{"dst": "192.0.2.128/25"}]}},
              {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """.formatted(host.leases()));
        return PodNetworks.open(host.settings(builtin, TestHost.SUBNETS, List.of(Path.of("/usr/lib/cni"))));
    }

    private Observation observe(boolean builtin) throws Exception {
        TestHost host = TestHost.in(Files.createDirectories(root.resolve("builtin-" + builtin)));
        PortMapping port = new PortMapping(PortMapping.Protocol.TCP, 8080, 80, Optional.empty());
        try (PodNetworks networks = open(host, builtin);
                TestPod pod = TestPod.start("pod")) {
            Attachment attachment = networks.attach(pod.request(port));
            try (ServerSocket server = pod.serve(80)) {
                assertTrue(server.isBound());
                assertEquals("10.93.0.1", TestPod.askFromHere(InetAddress.ofLiteral("127.0.0.1"), 8080));
            }
            Path leases = host.leases().resolve("ab");
            Observation observation = new Observation(
                    normalised(attachment.result()),
                    host.leased("ab"),
                    Files.readString(leases.resolve("10.93.0.10")),
                    Files.readString(leases.resolve("last_reserved_ip.0")),
                    inside(
                            pod,
                            "ip -o addr show scope global | awk '{print $2, $4}'; ip link show eth0 | grep -o 'mtu [0-9]*'"),
                    inside(pod, "ip route; ip -6 route show default"));
            networks.detach("pod", Optional.of(pod.netnsPath()), LinkRemoval.NOW);
            assertEquals(Set.of(), host.leased("ab"));
            return observation;
        } finally {
            TestHost.removeLink("tst2");
        }
    }

    /** Without what is random: hardware addresses, the host end's name, the namespace's path. */
    private static JsonNode normalised(String result) throws IOException {
        ObjectNode document = Json.parse(result.getBytes(StandardCharsets.UTF_8), "result");
        for (JsonNode each : document.path("interfaces")) {
            ObjectNode link = (ObjectNode) each;
            link.put("mac", link.path("mac").asText().length());
            if (link.has("sandbox")) {
                link.put("sandbox", "present");
            }
            link.put("name", link.path("name").asText().replaceAll("^veth.*", "veth"));
        }
        return document;
    }

    private static String inside(TestPod pod, String command) throws IOException {
        Process process = new ProcessBuilder("nsenter", "--net=" + pod.netnsPath(), "sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void bothGiveAPodTheSameNetwork() throws Exception {
        assertEquals(observe(false), observe(true));
    }
}
