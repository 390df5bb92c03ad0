package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.attachment.Attachment;
import dev.berth.cni.plugin.CniException;
import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a route can say since CNI 1.1; the reference plugins know it since 1.5. */
final class RouteKeysTest {
    @TempDir
    private Path root;

    private TestHost host;
    private PodNetworks networks;

    @BeforeEach
    void open() throws IOException {
        host = TestHost.in(root);
        networks = PodNetworks.open(host.settings());
    }

    @AfterEach
    void close() throws Exception {
        networks.collect(Set::of);
        networks.close();
        TestHost.removeLink("tst6");
    }

    private void configure(String routes) throws IOException {
        host.configure("""
            {"cniVersion": "1.1.0", "name": "routes", "plugins": [
              {"type": "bridge", "bridge": "tst6", "isGateway": true,
               "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "10.94.0.0/24"}]],
                        "routes": %s}}]}
            """.formatted(host.leases(), routes));
    }

    private static String routes(TestPod pod, String table) throws IOException {
        return NetworkNamespace.call(pod.netns(), () -> TestHost.run("ip", "route", "show", "table", table));
    }

    @Test
    void theKernelGetsThemAndTheResultNamesThem() throws Exception {
        configure("""
            [{"dst": "0.0.0.0/0", "mtu": 1400, "advmss": 1300, "priority": 50},
             {"dst": "198.51.100.0/24", "table": 1000},
             {"dst": "10.94.0.128/25", "gw": "0.0.0.0", "scope": 253, "table": 100}]""");
        try (TestPod pod = TestPod.start("pod")) {
            Attachment attachment = networks.attach(pod.request());
            assertEquals(
                    "default via 10.94.0.1 dev eth0 metric 50 mtu 1400 advmss 1300",
                    routes(pod, "main").lines().findFirst().orElseThrow().strip());
            assertTrue(routes(pod, "1000").contains("198.51.100.0/24 via 10.94.0.1"));
            assertTrue(routes(pod, "100").contains("10.94.0.128/25 dev eth0 scope link"));
            assertTrue(attachment.result().contains("\"table\":1000"), attachment.result());
            assertTrue(attachment.result().contains("\"mtu\":1400,\"advmss\":1300,\"priority\":50"));
            networks.check("pod", pod.netnsPath(), pod.netns());
            NetworkNamespace.call(
                    pod.netns(), () -> TestHost.run("ip", "route", "del", "198.51.100.0/24", "table", "1000"));
            CniException missing =
                    assertThrows(CniException.class, () -> networks.check("pod", pod.netnsPath(), pod.netns()));
            assertTrue(String.valueOf(missing.getMessage()).contains("198.51.100.0/24"), missing.getMessage());
        }
    }

    @Test
    void rangesOfTwoSetsMustNotOverlap() throws Exception {
        host.configure("""
            {"cniVersion": "1.1.0", "name": "routes", "plugins": [
              {"type": "bridge", "bridge": "tst6",
               "ipam": {"type": "host-local", "dataDir": "%s",
                        "ranges": [[{"subnet": "10.94.0.0/24"}], [{"subnet": "10.94.0.128/25"}]]}}]}
            """.formatted(host.leases()));
        try (TestPod pod = TestPod.start("pod")) {
            assertThrows(CniException.class, () -> networks.attach(pod.request()));
            assertEquals(List.of(), networks.remembered());
        }
    }
}
