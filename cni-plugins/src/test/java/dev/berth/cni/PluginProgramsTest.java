package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugin programs that behave in every way a program can. */
final class PluginProgramsTest {
    @TempDir
    private Path root;

    private TestHost host;

    @BeforeEach
    void open() throws IOException {
        host = TestHost.in(root);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        TestHost.removeLink("tst1");
        assertEquals(List.of(), TestHost.links("veth"));
    }

    private PodNetworks networks() throws IOException {
        NetworkSettings settings = host.settings();
        return PodNetworks.open(new NetworkSettings(
                settings.confDir(),
                List.of(host.root().resolve("bin")),
                settings.cacheDir(),
                true,
                Optional.empty(),
                Duration.ofSeconds(2),
                settings.nftTable()));
    }

    /** A chain of the built-in bridge, the given program and one that writes down that it was called. */
    private void chain(String version, String program) throws IOException {
        host.program("strange", program);
        host.program("witness", "echo $CNI_COMMAND >> " + root.resolve("witnessed") + "; cat");
        host.configure("""
            {"cniVersion": "%s", "name": "tst1", "plugins": [
              {"type": "bridge", "bridge": "tst1", "isGateway": true,
               "ipam": {"type": "host-local", "subnet": "10.92.0.0/24", "dataDir": "%s"}},
              {"type": "strange"}, {"type": "witness"}]}
            """.formatted(version, host.leases()));
    }

    private CniException refused() throws Exception {
        try (PodNetworks networks = networks();
                TestPod pod = TestPod.start("pod")) {
            CniException failure = assertThrows(CniException.class, () -> networks.attach(pod.request()));
            assertEquals(Set.of(), host.leased("tst1"));
            assertEquals(List.of(), TestHost.links("veth"));
            return failure;
        }
    }

    private void says(CniException failure, String text) {
        assertTrue(String.valueOf(failure.getMessage()).contains(text), failure.getMessage() + " says " + text);
    }

    @Test
    void aFailureInTheMiddleUndoesTheWholeChain() throws Exception {
        chain(
                "1.0.0",
                "[ $CNI_COMMAND = ADD ] || exit 0; echo complaint >&2\n"
                        + "echo '{\"code\": 101, \"msg\": \"no luck\", \"details\": \"at all\"}'; exit 1");
        CniException failure = refused();
        says(failure, "CNI ADD by " + root.resolve("bin/strange"));
        says(failure, "no luck; at all (code 101)");
        says(failure, "stderr: complaint");
        assertEquals("DEL", Files.readString(root.resolve("witnessed")).strip());
        try (PodNetworks networks = networks()) {
            assertEquals(List.of(), networks.remembered());
        }
    }

    @Test
    void garbageIsNoResult() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; echo garbage");
        says(refused(), "not valid JSON");
    }

    @Test
    void megabytesAreCutOff() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; exec yes");
        says(refused(), "more than 1048576 bytes");
    }

    @Test
    void aHangingProgramIsEnded() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; sleep 1000");
        CniException failure = refused();
        assertEquals(CniException.Kind.TIMEOUT, failure.kind());
        assertFalse(ProcessHandle.current()
                .descendants()
                .anyMatch(each -> each.info().command().orElse("").endsWith("sleep")));
    }

    @Test
    void aFailedDetachStaysRememberedAndIsRepeated() throws Exception {
        Path broken = root.resolve("broken");
        chain(
                "1.0.0",
                "[ $CNI_COMMAND = ADD ] && exec python3 -c 'import json,sys;"
                        + "print(json.dumps(json.load(sys.stdin)[\"prevResult\"]))'\n[ ! -e " + broken + " ]");
        host.program(
                "witness", "exec python3 -c 'import json,sys;print(json.dumps(json.load(sys.stdin)[\"prevResult\"]))'");
        try (PodNetworks networks = networks();
                TestPod pod = TestPod.start("pod")) {
            assertEquals(List.of("10.92.0.2"), networks.attach(pod.request()).ips());
            Files.createFile(broken);
            Optional<String> gone = Optional.empty();
            assertThrows(CniException.class, () -> networks.detach("pod", gone, LinkRemoval.NOW));
            assertEquals(List.of("pod"), networks.remembered());
            Files.delete(broken);
            networks.detach("pod", gone, LinkRemoval.NOW);
            assertEquals(List.of(), networks.remembered());
            assertEquals(Set.of(), host.leased("tst1"));
        }
    }

    @Test
    void readinessTellsTheTruthAndFollowsTheFiles() throws Exception {
        try (PodNetworks networks = networks()) {
            assertEquals("NoNetworkConfig", reason(networks));
            host.configure("{ broken");
            assertEquals("InvalidNetworkConfig", reason(networks));
            host.configure("{\"cniVersion\": \"1.1.0\", \"name\": \"tst1\", \"plugins\": [{\"type\": \"missing\"}]}");
            assertEquals("NetworkPluginNotReady", reason(networks));
            host.program("missing", "echo '{\"code\": 50, \"msg\": \"warming up\"}'; exit 1");
            assertEquals("NetworkPluginNotReady", reason(networks));
            host.program("missing", "exit 0");
            assertEquals(new NetworkReadiness.Ready("tst1"), networks.readiness());
            Files.delete(host.confDir().resolve("10-test.conflist"));
            Files.delete(host.confDir());
            assertEquals("NoNetworkConfig", reason(networks));
        }
    }

    private static String reason(PodNetworks networks) throws InterruptedException {
        return assertInstanceOf(NetworkReadiness.NotReady.class, networks.readiness())
                .reason();
    }
}
