package dev.berth.cni.plugin.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.document.Json;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VlanTest {
    @TempDir
    private Path root;

    @AfterEach
    void removeBridge() throws IOException {
        for (String name : List.of("tst5.100", "tst5.200", "tst5", "probe")) {
            TestHost.removeLink(name);
        }
    }

    private static boolean supported() throws IOException {
        try {
            TestHost.run("ip", "link", "add", "probe", "type", "bridge", "vlan_filtering", "1");
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private PodNetworks open(int vlan) throws IOException {
        TestHost files = TestHost.in(Files.createDirectories(root.resolve("vlan" + vlan)));
        files.configure("""
            {"cniVersion": "1.0.0", "name": "v%1$d", "plugins": [
              {"type": "bridge", "bridge": "tst5", "isGateway": true, "vlan": %1$d, "preserveDefaultVlan": false,
               "ipam": {"type": "host-local", "dataDir": "%2$s", "ranges": [[{"subnet": "10.99.0.0/24"}]]}}]}
            """.formatted(vlan, files.leases()));
        return PodNetworks.open(files.settings(true, TestHost.SUBNETS, List.of()));
    }

    @Test
    void podsOfDifferentVlansDoNotMeet() throws Exception {
        assumeTrue(supported(), "this kernel's bridges do not filter VLANs (CONFIG_BRIDGE_VLAN_FILTERING)");
        try (PodNetworks first = open(100);
                PodNetworks second = open(200);
                TestPod one = TestPod.start("one");
                TestPod two = TestPod.start("two");
                TestPod three = TestPod.start("three")) {
            InetAddress address =
                    InetAddress.ofLiteral(first.attach(one.request()).ips().getFirst());
            first.attach(two.request());
            second.attach(three.request());
            assertTrue(two.reaches(address));
            assertTrue(two.reaches(InetAddress.ofLiteral("10.99.0.1")));
            assertThrows(NoRouteToHostException.class, () -> three.reaches(InetAddress.ofLiteral("10.99.0.3")));
        }
    }

    @Test
    void aKernelWithoutVlansSaysSoAndNothingIsLeft() throws Exception {
        assumeFalse(supported(), "this kernel's bridges filter VLANs");
        try (PodNetworks networks = open(100);
                TestPod pod = TestPod.start("pod")) {
            ErrnoException refusal = assertThrows(ErrnoException.class, () -> networks.attach(pod.request()));
            assertTrue(refusal.is(Errno.EOPNOTSUPP), refusal.getMessage());
            assertEquals(List.of(), networks.remembered());
            assertEquals(List.of(), TestHost.links("veth"));
        }
    }

    /** The kernel understands the message whether or not it can do it. */
    @Test
    void aPortIsPutIntoAVlan() throws Exception {
        boolean supported = supported();
        TestHost.run("ip", "link", "add", "tst5", "type", "bridge");
        TestHost.run("ip", "link", "add", "veth-port", "master", "tst5", "type", "veth", "peer", "name", "veth-peer");
        try (RouteSocket routes = RouteSocket.open()) {
            int port = routes.link("veth-port").orElseThrow().index();
            Optional<ErrnoException> refusal = refusal(routes, new RouteBatch().portVlan(port, 100, true));
            assertEquals(!supported, refusal.filter(e -> e.is(Errno.EOPNOTSUPP)).isPresent(), refusal.toString());
            assertEquals(supported, TestHost.run("bridge", "vlan", "show").contains("100"));
        } finally {
            TestHost.removeLink("veth-port");
        }
    }

    private static Optional<ErrnoException> refusal(RouteSocket routes, RouteBatch batch) {
        try {
            routes.commit(batch);
            return Optional.empty();
        } catch (ErrnoException e) {
            return Optional.of(e);
        }
    }

    private static PortVlans vlans(String keys) throws IOException {
        return PortVlans.parse(Json.parse(("{" + keys + "}").getBytes(StandardCharsets.UTF_8), "test"));
    }

    @Test
    void aTrunkIsRangesAndSingleNumbers() throws IOException {
        PortVlans vlans = vlans("\"vlanTrunk\": [{\"minID\": 10, \"maxID\": 12}, {\"id\": 5}, {\"id\": 11}]");
        assertEquals(List.of(5, 10, 11, 12), vlans.trunk());
        assertTrue(vlans.preservesDefault());
        assertFalse(vlans.none());
        assertTrue(vlans("\"vlan\": 0").none());
    }

    @Test
    void vlansThatMakeNoSenseAreRefused() {
        for (String keys : List.of(
                "\"vlan\": 4095",
                "\"vlan\": -1",
                "\"vlan\": 5, \"vlanTrunk\": [{\"id\": 6}]",
                "\"vlanTrunk\": [{\"minID\": 6}]",
                "\"vlanTrunk\": [{\"minID\": 7, \"maxID\": 6}]",
                "\"vlanTrunk\": [{\"id\": 4095}]")) {
            assertThrows(IllegalArgumentException.class, () -> vlans(keys), keys);
        }
    }
}
