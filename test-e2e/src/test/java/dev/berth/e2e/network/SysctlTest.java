package dev.berth.e2e.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of a pod's network, which its plugins must not have the last word on. */
@ExtendWith(SharedRegistry.class)
final class SysctlTest {
    private static final int HOST_IDS = 3_000_000;

    @AutoClose("end")
    private final OnePod node;

    SysctlTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
    }

    private Pod pod(boolean users, Map<String, String> sysctls) {
        var config = Pod.config(node.subject().marks(), "set").toBuilder();
        config.getLinuxBuilder().putAllSysctls(sysctls);
        return Pod.run(node.subject().client(), users ? Pod.inUserNamespace(config.build(), HOST_IDS) : config.build());
    }

    private static String output(Pod pod, String script) {
        var id = pod.start(pod.inside(OnePod.box("sleep", "1000")).build());
        return pod.exec(id, "sh", "-c", script).getStdout().toStringUtf8();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void settingsOfTheInterfaceHold(boolean users) {
        var pod = pod(users, Map.of("net.ipv4.conf.eth0.rp_filter", "2", "net/ipv6/conf/eth0/accept_ra", "0"));
        assertEquals("2\n0\n", output(pod, "cd /proc/sys/net; cat ipv4/conf/eth0/rp_filter ipv6/conf/eth0/accept_ra"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPodWithoutIpv6HasNoAddressOfIt(boolean users) {
        var before = output(node.pod(), "ip -6 address show dev eth0");
        assertTrue(before.contains("inet6"), before);
        var shown = output(
                pod(users, Map.of("net.ipv6.conf.all.disable_ipv6", "1")),
                "ip address show dev eth0; cat /proc/sys/net/ipv6/conf/eth0/disable_ipv6");
        assertFalse(shown.contains("inet6"), shown);
        assertTrue(shown.contains("inet ") && shown.endsWith("\n1\n"), shown);
    }

    @Test
    void whatInterfacesAreMadeWithIsThereBeforeThem() {
        var pod = pod(false, Map.of("net.ipv4.conf.default.rp_filter", "2"));
        assertEquals("2\n2\n", output(pod, "cd /proc/sys/net/ipv4/conf; cat default/rp_filter eth0/rp_filter"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"net.ipv4.conf.eth7.rp_filter", "net.ipv4.conf.eth0.rp_filter"})
    void aSettingThatCannotBeMadeIsNamedAndNothingIsLeft(String name) {
        var refused = assertThrows(StatusRuntimeException.class, () -> pod(false, Map.of(name, "many")));
        assertEquals(Code.INVALID_ARGUMENT, refused.getStatus().getCode());
        assertTrue(refused.toString().contains("sysctl " + name + " = many: "), refused::toString);
        assertEquals(
                1,
                node.subject()
                        .client()
                        .pods()
                        .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                        .getItemsCount());
    }
}
