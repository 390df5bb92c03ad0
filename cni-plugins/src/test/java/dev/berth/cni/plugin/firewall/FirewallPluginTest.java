package dev.berth.cni.plugin.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.attachment.Attachment;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirewallPluginTest {
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("192.0.2.2");

    @TempDir
    private Path root;

    private PodNetworks open(String name, String subnet, String firewall, Path programs) throws IOException {
        TestHost files = TestHost.in(Files.createDirectories(root.resolve(name)));
        files.configure("""
            {"cniVersion": "1.0.0", "name": "%s", "plugins": [
              {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": true,
               "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "%s"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]}}%s]}
            """.formatted(name, name, files.leases(), subnet, firewall));
        return PodNetworks.open(files.settings(true, TestHost.SUBNETS, List.of(programs)));
    }

    private void inHost(NetworkNamespace.Work<Boolean> work) throws IOException {
        try (TestPod host = TestPod.start("host")) {
            assertTrue(NetworkNamespace.call(host.netns(), work));
        }
    }

    private boolean reachesOutside(String name, String firewall) throws IOException {
        try (PodNetworks networks = open(name, "10.97.0.0/24", firewall, Path.of("/usr/lib/cni"));
                TestPod outside = TestPod.start("outside");
                TestPod pod = TestPod.start("pod")) {
            TestHost.neighbour(outside);
            networks.attach(pod.request());
            boolean reached = reaches(pod);
            networks.detach("pod", Optional.of(pod.netnsPath()), LinkRemoval.NOW);
            TestHost.removeLink("uplink");
            TestHost.removeLink(name);
            return reached;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static boolean reaches(TestPod pod) throws IOException {
        try {
            return pod.reaches(OUTSIDE);
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Test
    void whereIptablesForbidsForwardingThePluginAllowsIt() throws Exception {
        inHost(() -> {
            TestHost.run("iptables", "-P", "FORWARD", "DROP");
            assertFalse(reachesOutside("without", ""));
            assertTrue(reachesOutside("with", ", {\"type\": \"firewall\"}"));
            assertFalse(TestHost.run("iptables", "-S", "CNI-FORWARD").contains("10.97.0"));
            return true;
        });
    }

    @Test
    void whereNothingForbidsForwardingNothingIsMade() throws Exception {
        inHost(() -> {
            assertTrue(reachesOutside("with", ", {\"type\": \"firewall\"}"));
            assertFalse(TestHost.run("nft", "list", "tables").contains("filter"));
            return true;
        });
    }

    @Test
    void withoutTheProgramRulesInForceAreAClearRefusal() throws Exception {
        inHost(() -> {
            TestHost.run("iptables", "-P", "FORWARD", "DROP");
            try (PodNetworks networks = open("none", "10.97.0.0/24", ", {\"type\": \"firewall\"}", root);
                    TestPod pod = TestPod.start("pod")) {
                CniException refusal = assertThrows(CniException.class, () -> networks.attach(pod.request()));
                assertEquals(CniException.Kind.NOT_CONFIGURED, refusal.kind());
                assertEquals(List.of(), networks.remembered());
            }
            return true;
        });
    }

    @Test
    void bridgesOfTheSameBridgePolicyDoNotReachEachOther() throws Exception {
        String policy = ", {\"type\": \"firewall\", \"ingressPolicy\": \"same-bridge\"}";
        inHost(() -> {
            try (PodNetworks red = open("red", "10.97.0.0/24", policy, root);
                    PodNetworks blue = open("blue", "10.98.0.0/24", policy, root);
                    TestPod one = TestPod.start("one");
                    TestPod two = TestPod.start("two");
                    TestPod three = TestPod.start("three")) {
                InetAddress first = address(red.attach(one.request()));
                InetAddress second = address(red.attach(two.request()));
                address(blue.attach(three.request()));
                assertTrue(two.reaches(first));
                assertTrue(one.reaches(second));
                assertThrows(SocketTimeoutException.class, () -> three.reaches(first));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return true;
        });
    }

    private static InetAddress address(Attachment attachment) {
        return InetAddress.ofLiteral(attachment.ips().getFirst());
    }
}
