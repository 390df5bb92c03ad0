package dev.berth.engine.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.NamespaceMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysctlsTest {
    @Test
    void aPodOnItsOwnNetworkHasTheDefaultsUnlessItSaysOtherwise() throws Exception {
        assertEquals(
                Map.of("net.ipv4.ip_unprivileged_port_start", "0", "net.ipv4.ping_group_range", "0 2147483647"),
                Sysctls.of(sandbox(NamespaceMode.POD, NamespaceMode.POD, Map.of())));
        assertEquals(
                Map.of(
                        "net.ipv4.ip_unprivileged_port_start", "1024",
                        "net.ipv4.ping_group_range", "0 2147483647",
                        "kernel.shm_rmid_forced", "1",
                        "fs.mqueue.msg_max", "20"),
                Sysctls.of(sandbox(
                        NamespaceMode.POD,
                        NamespaceMode.POD,
                        Map.of(
                                "net/ipv4/ip_unprivileged_port_start", "1024",
                                "kernel.shm_rmid_forced", "1",
                                "fs.mqueue.msg_max", "20"))));
        assertEquals(Map.of(), Sysctls.of(sandbox(NamespaceMode.NODE, NamespaceMode.POD, Map.of())));
    }

    @Test
    void settingsOfAnInterfaceWaitForTheNetwork() throws Exception {
        Map<String, String> asked = Map.of(
                "net.ipv4.conf.eth0.rp_filter", "2",
                "net/ipv6/neigh/eth0/mcast_solicit", "1",
                "net.ipv6.conf.all.disable_ipv6", "1",
                "net.ipv4.conf.default.rp_filter", "2",
                "kernel.msgmax", "9000");
        assertEquals(
                Set.of(
                        "net.ipv6.conf.all.disable_ipv6",
                        "net.ipv4.conf.default.rp_filter",
                        "kernel.msgmax",
                        "net.ipv4.ip_unprivileged_port_start",
                        "net.ipv4.ping_group_range"),
                Sysctls.of(sandbox(NamespaceMode.POD, NamespaceMode.POD, asked)).keySet());
        assertEquals(
                Set.of(
                        "net.ipv4.conf.eth0.rp_filter",
                        "net.ipv6.neigh.eth0.mcast_solicit",
                        "net.ipv6.conf.all.disable_ipv6",
                        "net.ipv4.conf.default.rp_filter"),
                Sysctls.ofNetwork(asked).keySet());
    }

    @ParameterizedTest
    @CsvSource({
        "kernel.core_pattern, x",
        "kernel.shm_rmid_forced, 1+kernel.core_pattern=|/bin/x",
        "kernel.shm_rmid_forced+kernel.core_pattern, 1",
        "kernel.shmmax/../core_pattern, 1",
        "kernel.hostname, x",
        "kernel.msgmax.., 1",
        "vm.overcommit_memory, 1",
        "net.ipv4.ip_forward, '1\n2'",
        "net.ipv4.ip_forward, ''",
        "net, 1",
        "net.ipv4.'', 1",
        "fs.mqueueX.y, 1",
    })
    void whatCouldReachTheNodeIsRefused(String name, String value) {
        Map<String, String> sysctls = Map.of(name, value);
        assertThrows(
                InvalidSpecException.class, () -> Sysctls.of(sandbox(NamespaceMode.POD, NamespaceMode.POD, sysctls)));
    }

    @Test
    void theNodesOwnNamespacesAreLeftAlone() {
        assertThrows(
                InvalidSpecException.class,
                () -> Sysctls.of(sandbox(NamespaceMode.NODE, NamespaceMode.POD, Map.of("net.ipv4.ip_forward", "1"))));
        assertThrows(
                InvalidSpecException.class,
                () -> Sysctls.of(sandbox(NamespaceMode.POD, NamespaceMode.NODE, Map.of("kernel.msgmax", "1"))));
    }

    private static SandboxInput sandbox(NamespaceMode network, NamespaceMode ipc, Map<String, String> sysctls) {
        return new SandboxInput(
                "s1",
                "pod",
                new NamespaceInput(network, NamespaceMode.CONTAINER, ipc, OptionalInt.empty(), Optional.empty()),
                sysctls,
                new PodFiles(Path.of("/sandbox")));
    }
}
