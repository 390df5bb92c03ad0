package dev.berth.cni.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.document.Json;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.portmap.PortMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pod asks for reaches the plugins that have the capability, and no other. */
final class CapabilityArgumentsTest {
    private static final Map<String, String> ANNOTATIONS = Map.of(
            "kubernetes.io/ingress-bandwidth", "1.5M",
            "kubernetes.io/egress-bandwidth", "1Ki",
            "cni.berth.dev/ips", "10.92.0.77, fd92::77/64",
            "cni.berth.dev/mac", "02:00:5E:00:53:01",
            "cni.berth.dev/ip-ranges", "[[{\"subnet\": \"10.92.0.0/24\"}]]",
            "cni.berth.dev/aliases", "db,database");

    @TempDir
    private Path root;

    private ObjectNode seenBy(String capabilities) throws Exception {
        TestHost host = TestHost.in(root);
        host.program(
                "witness",
                "cat >> " + root.resolve("seen") + "; env | grep CNI_ARGS= > " + root.resolve("args")
                        + "\necho '{\"cniVersion\": \"1.0.0\", \"ips\": [{\"address\": \"10.92.0.5/24\"}]}'");
        host.configure("""
            {"cniVersion": "1.0.0", "name": "tst1", "plugins": [{"type": "witness", "capabilities": {%s}}]}
            """.formatted(capabilities));
        var settings = host.settings(true, TestHost.SUBNETS, List.of(root.resolve("bin")));
        try (PodNetworks networks = PodNetworks.open(settings);
                TestPod pod = TestPod.start("pod")) {
            networks.attach(asking(pod, ANNOTATIONS));
            ObjectNode seen = Json.read(root.resolve("seen"));
            networks.detach("pod", Optional.empty(), LinkRemoval.NOW);
            Files.delete(root.resolve("seen"));
            return seen;
        }
    }

    private static PodNetworkRequest asking(TestPod pod, Map<String, String> annotations) {
        var port = new PortMapping(PortMapping.Protocol.UDP, 5353, 53, Optional.empty());
        var dns = new PodDns(List.of("10.0.0.10"), List.of("svc.local"), List.of("ndots:5"));
        return new PodNetworkRequest(
                pod.id(),
                "ns",
                "name",
                "uid",
                pod.netnsPath(),
                pod.netns(),
                List.of(port),
                dns,
                annotations,
                "/pods/a",
                "");
    }

    @Test
    void everyCapabilityIsGivenAsItsConventionSays() throws Exception {
        ObjectNode seen =
                seenBy("\"portMappings\": true, \"bandwidth\": true, \"dns\": true, \"ips\": true, \"mac\": true,"
                        + "\"ipRanges\": true, \"aliases\": true, \"cgroupPath\": true");
        assertEquals(
                Json.parse("""
                {"portMappings": [{"hostPort": 5353, "containerPort": 53, "protocol": "udp"}],
                 "bandwidth": {"ingressRate": 1500000, "ingressBurst": 4294967295,
                               "egressRate": 1024, "egressBurst": 4294967295},
                 "dns": {"servers": ["10.0.0.10"], "searches": ["svc.local"], "options": ["ndots:5"]},
                 "ips": ["10.92.0.77", "fd92::77/64"], "mac": "02:00:5e:00:53:01",
                 "ipRanges": [[{"subnet": "10.92.0.0/24"}]], "aliases": ["db", "database"],
                 "cgroupPath": "/pods/a"}
                """.getBytes(java.nio.charset.StandardCharsets.UTF_8), "expected")
                        .toString()
                        .transform(CapabilityArgumentsTest::sorted),
                sorted(seen.path("runtimeConfig").toString()));
        assertTrue(!seen.has("capabilities"));
        assertEquals(
                "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=name;K8S_POD_INFRA_CONTAINER_ID=pod;K8S_POD_UID=uid",
                Files.readString(root.resolve("args")).strip());
    }

    /** The same document with the same order of keys. */
    private static String sorted(String json) {
        try {
            var mapper = new com.fasterxml.jackson.databind.ObjectMapper()
                    .configure(com.fasterxml.jackson.databind.SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
            return mapper.writeValueAsString(mapper.readValue(json, Map.class));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aPluginGetsOnlyTheCapabilitiesItHas() throws Exception {
        ObjectNode seen = seenBy("\"mac\": true, \"ips\": false, \"unheardOf\": true");
        assertEquals(
                "{\"mac\":\"02:00:5e:00:53:01\"}", seen.path("runtimeConfig").toString());
        assertTrue(!seenBy("").has("runtimeConfig"));
    }

    @Test
    void annotationsThatCannotBeMeantAreRefusedBeforeAnythingIsMade() throws Exception {
        TestHost host = TestHost.in(root);
        try (PodNetworks networks = PodNetworks.open(host.settings());
                TestPod pod = TestPod.start("pod")) {
            for (var wrong : List.of(
                    Map.entry("kubernetes.io/ingress-bandwidth", "fast"),
                    Map.entry("kubernetes.io/egress-bandwidth", "999"),
                    Map.entry("kubernetes.io/egress-bandwidth", "2P"),
                    Map.entry("kubernetes.io/egress-bandwidth", "1e9999999"),
                    Map.entry("cni.berth.dev/ips", "10.92.0.777"),
                    Map.entry("cni.berth.dev/mac", "02:00"),
                    Map.entry("cni.berth.dev/ip-ranges", "[[{\"subnet\": \"10.92.0.1/24\"}]]"))) {
                var request = asking(pod, Map.of(wrong.getKey(), wrong.getValue()));
                var refusal = assertThrows(CniException.class, () -> networks.attach(request));
                assertEquals(CniException.Kind.INVALID, refusal.kind());
                assertTrue(String.valueOf(refusal.getMessage()).contains(wrong.getKey()), refusal.getMessage());
            }
            assertEquals(List.of(), networks.remembered());
            assertEquals(Set.of(), TestHost.links("tst").stream().collect(java.util.stream.Collectors.toSet()));
        }
    }
}
