package dev.berth.cni.plugin.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.NetworkReadiness;
import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.network.NetworkSettings;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.LinkRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        TestHost.awaitNoLinks("veth");
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

    /** Those of Debian, too, in place of the built-in ones. */
    private PodNetworks programs() throws IOException {
        List<Path> directories = List.of(host.root().resolve("bin"), Path.of("/usr/lib/cni"));
        return PodNetworks.open(host.settings(false, TestHost.SUBNETS, directories));
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
    void aProgramThatIgnoresSignalsIsEndedWithItsChildren() throws Exception {
        chain(
                "1.0.0",
                "[ $CNI_COMMAND = ADD ] || exit 0; trap '' TERM INT HUP; (trap '' TERM HUP; sleep 1001) & sleep 1001");
        assertEquals(CniException.Kind.TIMEOUT, refused().kind());
        assertFalse(running("sleep\0001001"));
    }

    @Test
    void aChildThatHoldsTheOutputOpenIsReportedAndEnded() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; sleep 1002 & echo '{}'");
        says(refused(), "left a process that held its output open");
        assertFalse(running("sleep\0001002"));
    }

    @Test
    void aDaemonThatLetsGoOfTheOutputIsLeftAlone() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; sleep 3 > /dev/null 2>&1 < /dev/null & echo '{}'");
        host.program("witness", "echo '{}'");
        says(refused(), "gave sandbox pod no address");
    }

    @Test
    void aProgramThatOnlyComplainsIsQuotedAndNotDrownedIn() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 3");
        CniException failure = refused();
        says(failure, "exit status 3; stderr: xxxx");
        assertTrue(String.valueOf(failure.getMessage()).length() < 4000);
    }

    @Test
    void aProgramThatDiesOfASignalIsToldApart() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; kill -SEGV $$");
        says(refused(), "signal 11");
    }

    @Test
    void aResultOfAnUnknownVersionIsRefused() throws Exception {
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; echo '{\"cniVersion\": \"9.0.0\"}'");
        says(refused(), "cniVersion \"9.0.0\"");
    }

    @Test
    void aResultWithoutAVersionIsOneOfTheConfigurations() throws Exception {
        String address = "{\"address\": \"192.0.2.7/24\"}";
        host.program("nameless", "[ $CNI_COMMAND = ADD ] || exit 0; echo '{\"ips\": [" + address + "]}'");
        host.configure("{\"cniVersion\": \"1.0.0\", \"name\": \"tst1\", \"plugins\": "
                + "[{\"type\": \"nameless\"}, {\"type\": \"tuning\", \"sysctl\": {}}]}");
        try (PodNetworks networks = programs();
                TestPod pod = TestPod.start("pod")) {
            assertEquals(List.of("192.0.2.7"), networks.attach(pod.request()).ips());
            networks.detach("pod", Optional.of(pod.netnsPath()), LinkRemoval.NOW);
        }
    }

    @Test
    void aProgramOfTheFirstVersionsGivesOneAddressOfEachFamily() throws Exception {
        host.program("old", """
            [ $CNI_COMMAND = ADD ] || exit 0
            echo '{"ip4": {"ip": "192.0.2.7/24", "gateway": "192.0.2.1"}, "ip6": {"ip": "2001:db8::7/64"}}'""");
        host.configure("{\"name\": \"tst1\", \"type\": \"old\"}");
        try (PodNetworks networks = networks();
                TestPod pod = TestPod.start("pod")) {
            assertEquals(
                    List.of("192.0.2.7", "2001:db8::7"),
                    networks.attach(pod.request()).ips());
            networks.detach("pod", Optional.of(pod.netnsPath()), LinkRemoval.NOW);
        }
    }

    @Test
    void aProgramGetsNothingOfTheDaemonButWhatTheSpecSays() throws Exception {
        Path seen = root.resolve("seen");
        chain("1.0.0", "[ $CNI_COMMAND = ADD ] || exit 0; { env; ls -l /proc/self/fd; } > " + seen + "; exit 1");
        try (var socket = new java.net.ServerSocket(0)) {
            assertTrue(socket.isBound());
            refused();
        }
        String text = Files.readString(seen);
        Set<String> names = text.lines()
                .filter(line -> line.matches("[A-Z_]+=.*"))
                .map(line -> line.substring(0, line.indexOf('=')))
                .collect(Collectors.toSet());
        names.removeAll(Set.of("PWD", "OLDPWD", "SHLVL", "_"));
        Set<String> spec = Set.of("CNI_COMMAND", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_ARGS", "CNI_PATH");
        assertEquals(
                Set.of("PATH"),
                names.stream().filter(name -> !spec.contains(name)).collect(Collectors.toSet()));
        assertTrue(names.containsAll(spec), text);
        long descriptors = text.lines().filter(line -> line.contains(" -> ")).count();
        assertEquals(4, descriptors, text); // three and that of the listing itself
    }

    private static boolean running(String commandLine) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .anyMatch(process -> commandLine(process).startsWith(commandLine));
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException gone) {
            return "";
        }
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
            assertEquals(
                    new NetworkReadiness.Ready(
                            "tst1", host.confDir().resolve("10-test.conflist") + ", host ports by Berth itself"),
                    networks.readiness());
            Files.delete(host.confDir().resolve("10-test.conflist"));
            Files.delete(host.confDir());
            assertEquals("NoNetworkConfig", reason(networks));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"name\": \"tst1\",\n broken` | not valid JSON: line 2, column 2: Unexpected character",
                "`{\"plugins\": [` | not valid JSON: line 1, column 14: Unexpected end-of-input",
                "`{\"name\": \"tst1\", \"cniVersion\": \"9.9.9\", \"type\": \"a\"}` | cniVersion 9.9.9 is not supported, expected",
                "`{\"name\": \"tst1\", \"plugins\": [{}]}` | the plugin type is missing",
                "`{\"type\": \"a\"}` | the network name is missing",
            })
    void aMistakeInTheConfigurationIsToldInOneLineByItsPlace(String text, String why) throws Exception {
        host.configure(text);
        try (PodNetworks networks = networks();
                TestPod pod = TestPod.start("pod")) {
            var unready = assertInstanceOf(NetworkReadiness.NotReady.class, networks.readiness());
            assertEquals("InvalidNetworkConfig", unready.reason());
            CniException failure = assertThrows(CniException.class, () -> networks.attach(pod.request()));
            assertEquals(CniException.Kind.BROKEN, failure.kind());
            assertEquals(unready.message(), failure.getMessage());
            says(failure, host.confDir().resolve("10-test.conflist") + ": " + why);
            assertFalse(
                    unready.message().contains("Source") || unready.message().contains("\n"), unready.message());
        }
    }

    private static String reason(PodNetworks networks) throws InterruptedException {
        return assertInstanceOf(NetworkReadiness.NotReady.class, networks.readiness())
                .reason();
    }
}
