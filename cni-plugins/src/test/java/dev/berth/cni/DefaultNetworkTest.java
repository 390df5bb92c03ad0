package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.attachment.Attachment;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.cni.request.PodNetworkRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DefaultNetworkTest {
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress HOST = InetAddress.ofLiteral("192.0.2.1");

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
        TestHost.awaitNoLinks("veth");
        TestHost.awaitNoLinks("tst");
    }

    private static PortMapping port(int hostPort, Optional<InetAddress> address) {
        return new PortMapping(PortMapping.Protocol.TCP, hostPort, 80, address);
    }

    @Test
    void podsReachEachOtherAndTheGateway() throws Exception {
        try (TestPod one = TestPod.start("one");
                TestPod two = TestPod.start("two")) {
            Attachment first = networks.attach(one.request());
            Attachment second = networks.attach(two.request());
            assertEquals(List.of("10.91.0.2", "fd91:6265:7274:68::2"), first.ips());
            assertEquals(List.of("10.91.0.3", "fd91:6265:7274:68::3"), second.ips());
            for (Cidr address : second.addresses()) {
                assertTrue(one.reaches(address.address()), "one reaches " + address);
            }
            for (Cidr subnet : TestHost.SUBNETS) {
                assertTrue(two.reaches(subnet.at(BigInteger.ONE)), "two reaches the gateway of " + subnet);
            }
            assertTrue(one.reaches(InetAddress.ofLiteral("127.0.0.1")), "one reaches itself");
        }
    }

    @Test
    void theOutsideSeesTheHostsAddress() throws Exception {
        try (TestPod outside = TestPod.start("outside");
                TestPod pod = TestPod.start("pod")) {
            TestHost.neighbour(outside);
            networks.attach(pod.request());
            try (ServerSocket server = outside.serve(80)) {
                assertEquals("192.0.2.1", pod.ask(OUTSIDE, server.getLocalPort()));
            }
        } finally {
            TestHost.removeLink("uplink");
        }
    }

    @Test
    void aHostPortLeadsIntoThePodFromEverywhere() throws Exception {
        try (TestPod outside = TestPod.start("outside");
                TestPod neighbour = TestPod.start("neighbour");
                TestPod pod = TestPod.start("pod")) {
            TestHost.neighbour(outside);
            networks.attach(neighbour.request());
            networks.attach(pod.request(port(8080, Optional.empty()), port(8081, Optional.of(HOST))));
            try (ServerSocket server = pod.serve(80)) {
                assertTrue(server.isBound());
                assertEquals("192.0.2.2", outside.ask(HOST, 8080));
                assertEquals("192.0.2.2", outside.ask(HOST, 8081));
                assertEquals("10.91.0.1", TestPod.askFromHere(InetAddress.ofLiteral("127.0.0.1"), 8080));
                assertEquals("10.91.0.1", neighbour.ask(HOST, 8080));
                assertEquals("10.91.0.1", pod.ask(HOST, 8080));
                networks.detach("pod", Optional.of(pod.netnsPath()), LinkRemoval.WITH_NAMESPACE);
                assertThrows(IOException.class, () -> outside.ask(HOST, 8080));
            }
        } finally {
            TestHost.removeLink("uplink");
        }
    }

    @Test
    void aHostPortOfAnIpv6AddressLeadsToThePodsIpv6Address() throws Exception {
        InetAddress gateway = TestHost.SUBNETS.getLast().at(BigInteger.ONE);
        InetAddress every = InetAddress.ofLiteral("::");
        try (TestPod neighbour = TestPod.start("neighbour");
                TestPod pod = TestPod.start("pod")) {
            Attachment asking = networks.attach(neighbour.request());
            networks.attach(pod.request(port(8080, Optional.of(gateway)), port(8081, Optional.of(every))));
            try (ServerSocket server = pod.serve(80)) {
                assertTrue(server.isBound());
                assertEquals(Cidr.text(gateway), neighbour.ask(gateway, 8080));
                assertEquals(Cidr.text(gateway), neighbour.ask(gateway, 8081));
                InetAddress ipv4 = TestHost.SUBNETS.getFirst().at(BigInteger.ONE);
                assertThrows(IOException.class, () -> neighbour.ask(ipv4, 8081), asking.toString());
            }
            PodNetworkRequest same = neighbour.request(port(8081, Optional.of(gateway)));
            networks.detach("neighbour", Optional.of(neighbour.netnsPath()), LinkRemoval.NOW);
            assertThrows(CniException.class, () -> networks.attach(same));
        }
    }

    @Test
    void portsOfEveryProtocolAreKeptApart() throws Exception {
        try (TestPod one = TestPod.start("one");
                TestPod two = TestPod.start("two")) {
            networks.attach(one.request(port(8080, Optional.empty())));
            PortMapping sctp = new PortMapping(PortMapping.Protocol.SCTP, 8080, 80, Optional.empty());
            networks.attach(two.request(sctp));
            String listing = TestHost.run("nft", "list", "map", "inet", "berth_test", "any4");
            assertTrue(listing.contains("sctp . 8080") && listing.contains("tcp . 8080"), listing);
            networks.check("two", two.netnsPath(), two.netns());
            networks.detach("two", Optional.of(two.netnsPath()), LinkRemoval.NOW);
            assertFalse(TestHost.run("nft", "list", "map", "inet", "berth_test", "any4")
                    .contains("sctp"));
        }
    }

    @Test
    void aHostPortThatIsTakenIsRefusedBeforeAnythingIsMade() throws Exception {
        try (TestPod one = TestPod.start("one");
                TestPod two = TestPod.start("two")) {
            networks.attach(one.request(port(8080, Optional.empty())));
            PodNetworkRequest same = two.request(port(8080, Optional.of(HOST)));
            CniException refusal = assertThrows(CniException.class, () -> networks.attach(same));
            assertEquals(CniException.Kind.CONFLICT, refusal.kind());
            assertEquals(List.of("one"), networks.remembered());
            assertEquals(Set.of("10.91.0.2", "fd91:6265:7274:68::2"), host.leased("tst"));
            networks.detach("one", Optional.of(one.netnsPath()), LinkRemoval.NOW);
            networks.attach(same);
        }
    }

    @Test
    void detachIsIdempotentAndNeedsNoNamespace() throws Exception {
        try (TestPod pod = TestPod.start("pod")) {
            networks.attach(pod.request(port(8080, Optional.empty())));
        }
        networks.detach("pod", Optional.empty(), LinkRemoval.WITH_NAMESPACE);
        networks.detach("pod", Optional.empty(), LinkRemoval.NOW);
        networks.detach("never-attached", Optional.empty(), LinkRemoval.NOW);
        assertEquals(Set.of(), host.leased("tst"));
        assertEquals(List.of(), networks.remembered());
    }

    @Test
    void anAttachmentOutlivesTheDaemonAndCanBeMadeAgain() throws Exception {
        try (TestPod pod = TestPod.start("pod")) {
            Attachment attachment = networks.attach(pod.request());
            try (PodNetworks restarted = PodNetworks.open(host.settings())) {
                assertEquals(Optional.of(attachment), restarted.cached("pod"));
                Attachment again = restarted.attach(pod.request());
                assertEquals(List.of("10.91.0.3", "fd91:6265:7274:68::3"), again.ips());
                assertEquals(1, TestHost.links("veth").size());
            }
        }
    }

    @Test
    void aRecordEmptiedByAPowerFailureStillLeadsToACleanHost() throws Exception {
        try (TestPod pod = TestPod.start("pod")) {
            networks.attach(pod.request(port(8080, Optional.empty())));
            Files.writeString(host.settings().cacheDir().resolve("attachments/pod.json"), "");
            assertEquals(Optional.empty(), networks.cached("pod"));
            networks.detach("pod", Optional.empty(), LinkRemoval.NOW);
            assertEquals(Set.of(), host.leased("tst"));
            assertEquals(List.of(), TestHost.links("veth"));
            networks.attach(pod.request(port(8080, Optional.empty())));
        }
    }

    @Test
    void collectRemovesWhatBelongsToNoLiveSandbox() throws Exception {
        try (TestPod live = TestPod.start("live");
                TestPod dead = TestPod.start("dead")) {
            networks.attach(live.request(port(8080, Optional.empty())));
            networks.attach(dead.request(port(8081, Optional.empty())));
            Files.writeString(host.leases().resolve("tst/10.91.7.7"), "crashed\r\neth0");
            assertTrue(networks.collect(() -> Set.of("live")));
            assertEquals(List.of("live"), networks.remembered());
            assertEquals(Set.of("10.91.0.2", "fd91:6265:7274:68::2"), host.leased("tst"));
            assertEquals(1, TestHost.links("veth").size());
            networks.attach(dead.request(port(8081, Optional.empty())));
        }
    }

    @Test
    void fiftyPodsAtOnceNeverShareAnAddress() throws Exception {
        List<TestPod> pods = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 50; i++) {
                pods.add(TestPod.start("pod" + i));
            }
            List<Future<Attachment>> attaching = pods.stream()
                    .map(pod -> workers.submit(() -> networks.attach(pod.request())))
                    .toList();
            Set<String> addresses = new TreeSet<>();
            for (Future<Attachment> attachment : attaching) {
                attachment.get().ips().forEach(ip -> assertTrue(addresses.add(ip), ip + " was given twice"));
            }
            assertEquals(addresses, host.leased("tst"));
            pods.forEach(TestPod::close);
            List<Future<String>> detaching = pods.stream()
                    .map(pod -> workers.submit(() -> detached(pod)))
                    .toList();
            for (Future<String> detached : detaching) {
                String id = detached.get();
                assertFalse(networks.remembered().contains(id), id + " is still remembered");
            }
            assertEquals(Set.of(), host.leased("tst"));
        } finally {
            pods.forEach(TestPod::close);
        }
    }

    private String detached(TestPod pod) throws IOException, InterruptedException {
        networks.detach(pod.id(), Optional.empty(), LinkRemoval.NOW);
        return pod.id();
    }

    /** Prints what one attach and one detach take, after a warm-up; a figure to look at, not a promise to hold. */
    @Test
    void leasesGoWithTheDetachWhenTheNamespaceTakesTheLink() throws Exception {
        for (int i = 0; i < 60; i++) {
            try (TestPod pod = TestPod.start("pod" + i)) {
                networks.attach(pod.request());
            }
            networks.detach("pod" + i, Optional.empty(), LinkRemoval.WITH_NAMESPACE);
        }
        assertEquals(Set.of(), host.leased("tst"));
    }
}
