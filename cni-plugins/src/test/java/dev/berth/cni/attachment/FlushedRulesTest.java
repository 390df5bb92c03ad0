package dev.berth.cni.attachment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.NetworkReadiness;
import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.plugin.portmap.PortMapping;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody removes all rules of the packet filter, as a firewall's restart does, while pods run. */
final class FlushedRulesTest {
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress HOST = InetAddress.ofLiteral("192.0.2.1");
    private static final PortMapping PORT = new PortMapping(PortMapping.Protocol.TCP, 8080, 80, Optional.empty());

    @TempDir
    private Path root;

    private TestHost host;
    private PodNetworks networks;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        host = TestHost.in(root);
        networks = PodNetworks.open(host.settings());
        networks.collect(Set::of);
    }

    @AfterEach
    void close() throws Exception {
        networks.collect(Set::of);
        networks.dismantle();
        networks.close();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void comesBackWith(Step step) throws Exception {
        try (TestPod outside = TestPod.start("outside");
                TestPod pod = TestPod.start("pod");
                ServerSocket inside = pod.serve(80);
                ServerSocket beyond = outside.serve(80)) {
            TestHost.neighbour(outside);
            networks.attach(pod.request(PORT));
            assertEquals("192.0.2.2", outside.ask(HOST, PORT.hostPort()));
            TestHost.run("nft", "flush", "ruleset");
            assertThrows(IOException.class, () -> outside.ask(HOST, PORT.hostPort()));
            step.run();
            assertEquals("192.0.2.2", outside.ask(HOST, PORT.hostPort()));
            assertEquals("192.0.2.1", pod.ask(OUTSIDE, beyond.getLocalPort()), inside.toString());
        } finally {
            TestHost.removeLink("uplink");
        }
    }

    @Test
    void theNextLookAtTheReadinessBringsThemBack() throws Exception {
        comesBackWith(() -> assertInstanceOf(NetworkReadiness.Ready.class, networks.readiness()));
    }

    private AttachmentStore attachments() throws IOException {
        return AttachmentStore.open(root.resolve("cache/attachments"));
    }

    private static boolean portIsMapped() throws IOException {
        return TestHost.run("nft", "list", "table", "inet", "berth_test").contains("8080");
    }

    @Test
    void rulesOfASandboxWhoseDelHasBegunStayAway() throws Exception {
        try (TestPod pod = TestPod.start("pod");
                TestPod another = TestPod.start("another")) {
            networks.attach(pod.request(PORT));
            assertTrue(portIsMapped());
            attachments().leaving(attachments().load("pod").orElseThrow());
            TestHost.run("nft", "flush", "ruleset");
            networks.attach(another.request());
            assertFalse(portIsMapped());
        }
    }

    @Test
    void aDaemonThatStartsPutsNothingBackBeforeItKnowsWhoIsGone() throws Exception {
        try (TestPod pod = TestPod.start("pod");
                TestPod another = TestPod.start("another");
                PodNetworks restarted = PodNetworks.open(host.settings())) {
            networks.attach(pod.request(PORT));
            TestHost.run("nft", "flush", "ruleset");
            restarted.readiness();
            restarted.attach(another.request());
            assertFalse(portIsMapped());
        }
    }

    @Test
    void oneThatCannotBePutBackKeepsNobodyElseFromANetwork() throws Exception {
        try (TestPod pod = TestPod.start("pod");
                TestPod another = TestPod.start("another")) {
            networks.attach(pod.request(PORT));
            Path damaged = Files.writeString(root.resolve("cache/attachments/damaged.json"), "{}\n");
            TestHost.run("nft", "flush", "ruleset");
            assertInstanceOf(NetworkReadiness.Ready.class, networks.readiness());
            assertTrue(portIsMapped());
            TestHost.run("nft", "flush", "ruleset");
            networks.attach(another.request());
            assertTrue(portIsMapped());
            Files.delete(damaged);
        }
    }

    @Test
    void theNextAttachBringsThemBack() throws Exception {
        try (TestPod another = TestPod.start("another")) {
            comesBackWith(() -> networks.attach(another.request()));
        }
    }

    @Test
    void theStartOfADaemonBringsThemBack() throws Exception {
        comesBackWith(() -> {
            try (PodNetworks restarted = PodNetworks.open(host.settings())) {
                restarted.collect(() -> Set.of("pod"));
            }
        });
    }

    @Test
    void emptiedChainsAreFilledByTheNextCollection() throws Exception {
        comesBackWith(() -> {
            networks.readiness();
            TestHost.run("nft", "flush", "table", "inet", "berth_test");
            networks.collect(() -> Set.of("pod"));
        });
    }
}
