package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DefaultNetworkTest {
    private static final int PING_MILLIS = 3000;

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
    void close() throws IOException {
        networks.dismantle();
        networks.close();
    }

    private static void ping(TestPod from, InetAddress to) throws IOException {
        assertTrue(from.call(() -> to.isReachable(PING_MILLIS)), from.id() + " reaches " + to);
    }

    @Test
    void podsReachEachOtherAndTheGateway() throws Exception {
        try (TestPod one = TestPod.start("one");
                TestPod two = TestPod.start("two")) {
            Attachment first = networks.attach(one.request());
            Attachment second = networks.attach(two.request());
            assertEquals("10.91.0.2/16", first.addresses().getFirst().toString());
            new ProcessBuilder(
                            "nsenter",
                            "--net=" + one.netnsPath(),
                            "sh",
                            "-c",
                            "ip addr; ip -6 route; python3 -c 'import socket;s=socket.socket(socket.AF_INET6,socket.SOCK_STREAM);print(s.connect_ex((\"fd91:6265:7274:68::3\",80)))'; ip neigh; cat /proc/sys/net/ipv6/conf/all/disable_ipv6")
                    .inheritIO()
                    .start()
                    .waitFor();
            new ProcessBuilder("nsenter", "--net=" + two.netnsPath(), "sh", "-c", "ip addr; ip -6 route")
                    .inheritIO()
                    .start()
                    .waitFor();
            for (Cidr address : second.addresses()) {
                ping(one, address.address());
            }
            for (Cidr subnet : TestHost.SUBNETS) {
                ping(two, subnet.at(java.math.BigInteger.ONE));
            }
            assertEquals(
                    Set.of("10.91.0.2", "10.91.0.3", "fd91:6265:7274:68::2", "fd91:6265:7274:68::3"),
                    host.leased("tst"));
            networks.detach("one", Optional.of(one.netnsPath()), LinkRemoval.NOW);
            networks.detach("two", Optional.of(two.netnsPath()), LinkRemoval.NOW);
        }
        assertEquals(Set.of(), host.leased("tst"));
        assertEquals(0, TestHost.links("veth").size());
    }
}
