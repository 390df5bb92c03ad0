package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.attachment.Attachment;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CHECK: whether a sandbox's network is still what its ADD made. */
final class CheckTest {
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
        host.program("strange", "cat > /dev/null");
        host.program("witness", "cat > /dev/null");
        networks.detach("pod", Optional.empty(), LinkRemoval.NOW);
        networks.dismantle();
        networks.close();
        TestHost.removeLink("tst1");
        TestHost.awaitNoLinks("veth");
    }

    private void check(TestPod pod) throws IOException, InterruptedException {
        networks.check(pod.id(), pod.netnsPath(), pod.netns());
    }

    private void fails(TestPod pod, String complaint) {
        var failure = assertThrows(CniException.class, () -> check(pod));
        assertTrue(String.valueOf(failure.getMessage()).contains(complaint), failure.getMessage());
    }

    @Test
    void aWholeNetworkPassesAndEachMissingPartIsNamed() throws Exception {
        try (TestPod pod = TestPod.start("pod")) {
            fails(pod, "attached to no network");
            var port = new PortMapping(PortMapping.Protocol.TCP, 8080, 80, Optional.empty());
            Attachment attachment = networks.attach(pod.request(port));
            check(pod);
            Path lease = host.leases().resolve("tst").resolve("10.91.0.2");
            String holder = Files.readString(lease);
            Path lease6 = host.leases().resolve("tst").resolve(attachment.ips().get(1));
            Files.delete(lease);
            Files.delete(lease6);
            fails(pod, "has no lease");
            Files.writeString(lease, holder);
            Files.writeString(lease6, holder);
            check(pod);
            try (RouteSocket inside = RouteSocket.in(pod.netns())) {
                int eth0 = inside.link("eth0").orElseThrow().index();
                var batch = new RouteBatch();
                inside.addresses(eth0).stream()
                        .filter(each -> Cidr.text(each.address()).equals("10.91.0.2"))
                        .forEach(batch::deleteAddress);
                inside.commit(batch);
            }
            fails(pod, "lacks address 10.91.0.2/16");
            TestHost.removeLink(TestHost.links("veth").getFirst().name());
            fails(pod, "is gone");
        }
    }

    @Test
    void aClosedHostPortIsNamed() throws Exception {
        try (TestPod pod = TestPod.start("pod")) {
            networks.attach(pod.request(new PortMapping(PortMapping.Protocol.TCP, 8080, 80, Optional.empty())));
            try (HostNetwork network = HostNetwork.open()) {
                network.filter().run("flush map inet berth_test any4");
            }
            fails(pod, "8080");
        }
    }

    private void configured(String version, String more) throws IOException {
        networks.close();
        host.program(
                "witness",
                "exec python3 -c 'import json,os,sys\n"
                        + "d=json.load(sys.stdin)\n"
                        + "open(\"" + root.resolve("witnessed") + "\",\"a\").write(os.environ[\"CNI_COMMAND\"]+\" \"\n"
                        + "  +str(\"prevResult\" in d)+\"\\n\")\n"
                        + "print(json.dumps(d.get(\"prevResult\",{})))'");
        host.configure("""
            {"cniVersion": "%s", "name": "tst1", %s "plugins": [
              {"type": "bridge", "bridge": "tst1", "isGateway": true,
               "ipam": {"type": "host-local", "subnet": "10.92.0.0/24", "dataDir": "%s"}},
              {"type": "witness"}]}
            """.formatted(version, more, host.leases()));
        networks = PodNetworks.open(host.settings(true, TestHost.SUBNETS, List.of(root.resolve("bin"))));
    }

    private List<String> witnessed() throws IOException {
        return Files.readAllLines(root.resolve("witnessed"));
    }

    @Test
    void programsAreCheckedWithTheResultOfTheAdd() throws Exception {
        configured("1.0.0", "");
        try (TestPod pod = TestPod.start("pod")) {
            networks.attach(pod.request());
            check(pod);
            assertEquals(List.of("ADD True", "CHECK True"), witnessed());
            host.program("witness", "echo '{\"code\": 101, \"msg\": \"rule is missing\"}'; exit 1");
            fails(pod, "rule is missing");
        }
    }

    @Test
    void nothingIsCheckedWhereTheConfigurationOrItsVersionHasNoCheck() throws Exception {
        configured("1.0.0", "\"disableCheck\": true,");
        try (TestPod pod = TestPod.start("pod")) {
            networks.attach(pod.request());
            TestHost.removeLink(TestHost.links("veth").getFirst().name());
            check(pod);
            networks.detach("pod", Optional.empty(), LinkRemoval.NOW);
        }
        configured("0.3.1", "");
        try (TestPod pod = TestPod.start("pod")) {
            networks.attach(pod.request());
            check(pod);
            assertEquals(List.of("ADD True", "DEL True", "ADD True"), witnessed());
        }
    }
}
