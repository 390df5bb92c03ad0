package dev.berth.cni.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.NetworkReadiness;
import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.attachment.Attachment;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node's pod CIDR as the cluster assigns it is the default network's. */
final class PodCidrTest {
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
        networks.dismantle();
        networks.close();
    }

    @Test
    void newPodsGetTheAssignedRangesAndOldOnesKeepTheirAddresses() throws Exception {
        try (TestPod old = TestPod.start("old");
                TestPod young = TestPod.start("young");
                TestPod younger = TestPod.start("younger")) {
            Attachment before = networks.attach(old.request());
            networks.assignPodCidrs(List.of("10.99.7.0/24", "fd99:7::/64"));
            assertEquals(
                    List.of("10.99.7.2", "fd99:7::2"),
                    networks.attach(young.request()).ips());
            networks.close();
            networks = PodNetworks.open(host.settings());
            assertEquals(
                    List.of("10.99.7.3", "fd99:7::3"),
                    networks.attach(younger.request()).ips());
            assertEquals(Optional.of(before), networks.cached("old"));
            networks.check("old", old.netnsPath(), old.netns());
            for (Cidr subnet : TestHost.SUBNETS) {
                assertTrue(old.reaches(subnet.at(BigInteger.ONE)), "old reaches its gateway in " + subnet);
            }
            assertTrue(young.reaches(InetAddress.ofLiteral("10.99.7.1")), "young reaches its gateway");
            assertTrue(young.reaches(InetAddress.ofLiteral("fd99:7::1")), "young reaches its other gateway");
            assertTrue(young.reaches(before.addresses().getFirst().address()), "young reaches old");
        }
    }

    @Test
    void aConfigurationFileGoesBeforeTheAssignedRanges() throws Exception {
        networks.assignPodCidrs(List.of("10.99.7.0/24"));
        assertEquals("default network over the node's pod CIDR", origin());
        host.configure("{\"cniVersion\": \"1.0.0\", \"name\": \"own\", \"plugins\": [{\"type\": \"loopback\"}]}");
        assertTrue(origin().contains("10-test.conflist"));
        Files.delete(host.confDir().resolve("10-test.conflist"));
        networks.assignPodCidrs(List.of());
        assertEquals("default network", origin());
    }

    private String origin() throws InterruptedException {
        return networks.readiness() instanceof NetworkReadiness.Ready ready ? ready.origin() : "not ready";
    }

    @Test
    void rangesThatAreNoneAreRefusedAndChangeNothing() throws Exception {
        networks.assignPodCidrs(List.of("10.99.7.0/24"));
        for (var wrong : List.of(
                List.of("10.99.7.0"),
                List.of("10.99.7.1/24"),
                List.of("10.99.7.0/33"),
                List.of("10.99.7.0/31"),
                List.of("10.1.0.0/24", "10.2.0.0/24"),
                List.of("fd01::/64", "fd02::/64"),
                List.of("pods"))) {
            assertThrows(IllegalArgumentException.class, () -> networks.assignPodCidrs(wrong), wrong::toString);
        }
        assertEquals("default network over the node's pod CIDR", origin());
    }
}
