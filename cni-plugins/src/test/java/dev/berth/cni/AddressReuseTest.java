package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cni.plugin.LinkRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A namespace that still lives stands for one whose link is fading: its host end is there, its address is free. */
final class AddressReuseTest {
    @TempDir
    private Path root;

    private PodNetworks networks;

    @BeforeEach
    void open() throws IOException {
        TestHost host = TestHost.in(root);
        host.configure("""
            {"cniVersion": "1.0.0", "name": "small", "plugins": [
              {"type": "bridge", "bridge": "tst3", "ipam": {"type": "host-local", "dataDir": "%s",
               "ranges": [[{"subnet": "10.95.0.0/24", "rangeStart": "10.95.0.2", "rangeEnd": "10.95.0.4"}]]}}]}
            """.formatted(host.leases()));
        networks = PodNetworks.open(host.settings());
    }

    @AfterEach
    void close() throws Exception {
        networks.collect(Set::of);
        networks.close();
        TestHost.removeLink("tst3");
    }

    private String attach(TestPod pod) throws IOException, InterruptedException {
        return networks.attach(pod.request()).ips().getFirst();
    }

    private void detach(TestPod pod, LinkRemoval removal) throws IOException, InterruptedException {
        networks.detach(pod.id(), Optional.of(pod.netnsPath()), removal);
    }

    @Test
    void anAddressIsPassedOverWhileItsLinkFades() throws Exception {
        try (TestPod a = TestPod.start("a");
                TestPod b = TestPod.start("b");
                TestPod c = TestPod.start("c");
                TestPod d = TestPod.start("d")) {
            assertEquals(List.of("10.95.0.2", "10.95.0.3"), List.of(attach(a), attach(b)));
            detach(a, LinkRemoval.WITH_NAMESPACE);
            detach(b, LinkRemoval.NOW);
            assertEquals(List.of("10.95.0.4", "10.95.0.3"), List.of(attach(c), attach(d)));
        }
    }

    @Test
    void whenNothingElseIsFreeTheLinkIsEndedFirst() throws Exception {
        try (TestPod a = TestPod.start("a");
                TestPod b = TestPod.start("b");
                TestPod c = TestPod.start("c");
                TestPod d = TestPod.start("d")) {
            assertEquals(List.of("10.95.0.2", "10.95.0.3", "10.95.0.4"), List.of(attach(a), attach(b), attach(c)));
            detach(a, LinkRemoval.WITH_NAMESPACE);
            assertEquals(3, TestHost.links("veth").size());
            assertEquals("10.95.0.2", attach(d));
            assertEquals(3, TestHost.links("veth").size());
        }
    }
}
