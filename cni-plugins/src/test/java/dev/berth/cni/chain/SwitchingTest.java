package dev.berth.cni.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.document.Json;
import dev.berth.cni.host.FilterTable;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.network.NetworkConfig;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node changes between the programs and the built-in plugins while pods run. */
final class SwitchingTest {
    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    private Path root;

    private TestHost files;

    @BeforeEach
    void configure() throws IOException {
        files = TestHost.in(root);
        files.configure("""
            {"cniVersion": "1.0.0", "name": "sw", "plugins": [
              {"type": "bridge", "bridge": "tst4", "isGateway": true, "ipMasq": true, "hairpinMode": true,
               "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "10.96.0.0/24"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]}},
              {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """.formatted(files.leases()));
    }

    private PodNetworks open(boolean builtin) throws IOException {
        return PodNetworks.open(files.settings(builtin, TestHost.SUBNETS, List.of(Path.of("/usr/lib/cni"))));
    }

    private static PortMapping port(int hostPort) {
        return new PortMapping(PortMapping.Protocol.TCP, hostPort, 80, Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void podsOfBothAreNeighboursAndEndCleanly(boolean builtinFirst) throws Exception {
        try (TestPod host = TestPod.start("host");
                TestPod one = TestPod.start("one");
                TestPod two = TestPod.start("two")) {
            boolean done = NetworkNamespace.call(host.netns(), () -> {
                TestHost.run("ip", "link", "set", "lo", "up");
                return switched(builtinFirst, one, two);
            });
            assertTrue(done);
        }
    }

    private boolean switched(boolean builtinFirst, TestPod one, TestPod two) throws IOException {
        try {
            String before;
            try (PodNetworks networks = open(builtinFirst)) {
                before = networks.attach(one.request(port(8080))).ips().getFirst();
            }
            try (PodNetworks networks = open(!builtinFirst);
                    ServerSocket first = one.serve(80);
                    ServerSocket second = two.serve(80)) {
                networks.collect(() -> Set.of("one"));
                String after = networks.attach(two.request(port(8081))).ips().getFirst();
                assertNotEquals(before, after);
                assertEquals(before, one.ask(InetAddress.ofLiteral(after), second.getLocalPort()));
                assertTrue(two.reaches(InetAddress.ofLiteral(before)), "the new pod reaches the old one");
                assertEquals("10.96.0.1", TestPod.askFromHere(LOCALHOST, 8080), first.toString());
                assertEquals("10.96.0.1", TestPod.askFromHere(LOCALHOST, 8081));
                networks.detach("one", Optional.of(one.netnsPath()), LinkRemoval.NOW);
                assertEquals("10.96.0.1", TestPod.askFromHere(LOCALHOST, 8081));
                networks.detach("two", Optional.of(two.netnsPath()), LinkRemoval.NOW);
                networks.collect(Set::of);
            }
            assertEquals(Set.of(), files.leased("sw"));
            assertEquals(List.of(), TestHost.links("veth"));
            String rules = TestHost.run("nft", "list", "ruleset");
            assertFalse(rules.contains("8080") || rules.contains("8081"), rules);
            return true;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** When what was remembered is lost, the other one can still take a pod down. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eitherTakesDownWhatTheOtherMade(boolean builtinFirst) throws Exception {
        try (TestPod host = TestPod.start("host");
                TestPod pod = TestPod.start("one")) {
            boolean done = NetworkNamespace.call(host.netns(), () -> takenDown(builtinFirst, pod));
            assertTrue(done);
        }
    }

    private boolean takenDown(boolean builtinFirst, TestPod pod) throws IOException {
        Path file = files.confDir().resolve("10-test.conflist");
        // the older program fails once where it finds a link and no iptables chain
        Files.writeString(file, Files.readString(file).replace("\"ipMasq\": true,", ""));
        NetworkConfig network = NetworkConfig.parse(Json.read(file), "the test's network");
        try (PodNetworks networks = open(builtinFirst);
                HostNetwork host = HostNetwork.open()) {
            networks.attach(pod.request());
            Plugins others = new Plugins(
                    files.settings(), new FilterTable(host, files.settings().nftTable()), !builtinFirst);
            Invocation invocation = new Invocation("one", Optional.of(pod.netnsPath()), "eth0", "");
            new Chain(network, others, Json.object()).del(invocation, LinkRemoval.NOW, Optional.empty());
            assertEquals(Set.of(), files.leased("sw"));
            assertEquals(List.of(), TestHost.links("veth"));
            return true;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
