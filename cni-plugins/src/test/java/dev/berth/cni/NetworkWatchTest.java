package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.attachment.Attachment;
import dev.berth.cni.network.NetworkSettings;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.request.PodDns;
import dev.berth.cni.request.PodNetworkRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pods can be attached to follows the files, without anybody asking for it. */
final class NetworkWatchTest {
    private static final String PLUGIN = "{\"type\": \"calm\"}";

    @TempDir
    private Path root;

    private final BlockingQueue<NetworkReadiness> changes = new LinkedBlockingQueue<>();
    private TestHost host;
    private PodNetworks networks;
    private NetworkWatch watch;

    @BeforeEach
    void open() throws Exception {
        host = TestHost.in(root.resolve("host"));
        host.program("calm", "exit 0");
        networks = PodNetworks.open(new NetworkSettings(
                host.confDir(),
                List.of(host.root().resolve("bin")),
                host.root().resolve("cache"),
                true,
                Optional.empty(),
                Duration.ofSeconds(2),
                "berth_test",
                Map.of("special", host.root().resolve("special.d"))));
        watch = NetworkWatch.start(networks, changes::add);
        assertEquals("NoNetworkConfig", next());
    }

    @AfterEach
    void close() {
        watch.close();
        networks.close();
    }

    /** The reason of the next change, or the network's name. */
    private String next() throws InterruptedException {
        NetworkReadiness change = changes.poll(30, TimeUnit.SECONDS);
        assertNotNull(change, "a change is told");
        assertEquals(change, watch.readiness());
        return switch (change) {
            case NetworkReadiness.Ready ready -> ready.network();
            case NetworkReadiness.NotReady not -> not.reason();
        };
    }

    private static String list(String name, String version, String plugins) {
        return "{\"cniVersion\": \"%s\", \"name\": \"%s\", \"plugins\": [%s]}".formatted(version, name, plugins);
    }

    @Test
    void filesAreFollowedWhereverTheyComeFrom() throws Exception {
        Files.createDirectories(host.confDir());
        Path second = Files.writeString(host.confDir().resolve("20.conflist"), list("second", "1.0.0", PLUGIN));
        assertEquals("second", next());
        Path staged = Files.writeString(root.resolve("staged"), list("first", "1.0.0", PLUGIN));
        Files.move(staged, host.confDir().resolve("10.conflist"));
        assertEquals("first", next());
        Files.delete(host.confDir().resolve("10.conflist"));
        assertEquals("second", next());
        Files.delete(second);
        assertEquals("NoNetworkConfig", next());
    }

    @Test
    void aDirectoryThatIsReplacedWithItsParentsIsFollowed() throws Exception {
        host.configure(list("one", "1.0.0", PLUGIN));
        assertEquals("one", next());
        Files.move(host.root(), root.resolve("aside"));
        assertEquals("NoNetworkConfig", next());
        host.program("calm", "exit 0");
        host.configure(list("two", "1.0.0", PLUGIN));
        assertTrue(List.of("two", "NetworkPluginNotReady").contains(next()));
    }

    @Test
    void aPluginThatComesAndGoesOrChangesItsMindIsNoticed() throws Exception {
        host.configure(list("net", "1.1.0", "{\"type\": \"late\"}"));
        assertEquals("NetworkPluginNotReady", next());
        Path mood = Files.writeString(root.resolve("mood"), "1");
        host.program("late", "exit $(cat " + mood + ")");
        String change = next();
        while (!change.equals("net")) { // missing, then not ready, then ready
            Files.writeString(mood, "0");
            change = next();
        }
        Files.writeString(mood, "1");
        assertEquals("NetworkPluginNotReady", next()); // by the round: no file that is watched has changed
    }

    @Test
    void aProgramThatDoesNotSpeakTheVersionIsNamed() throws Exception {
        host.program("calm", "echo '{\"cniVersion\": \"1.0.0\", \"supportedVersions\": [\"0.3.1\", \"0.4.0\"]}'");
        host.configure(list("old", "1.0.0", PLUGIN));
        assertEquals("NetworkPluginNotReady", next());
        var readiness = assertInstanceOf(NetworkReadiness.NotReady.class, watch.readiness());
        assertTrue(readiness.message().contains("speaks 0.3.1, 0.4.0, not the configuration's 1.0.0"));
    }

    @Test
    void aProgramIsAskedForItsVersionsOnceUntilItChanges() throws Exception {
        Path asked = Files.createFile(root.resolve("asked"));
        String script = "echo asked >> " + asked + "; echo '{\"supportedVersions\": [\"1.0.0\"]}'";
        host.program("calm", script);
        host.configure(list("net", "1.0.0", PLUGIN));
        assertEquals("net", next());
        networks.readiness();
        assertEquals("asked\n", Files.readString(asked));
        host.program("calm", script + "; exit 0");
        networks.readiness();
        assertEquals("asked\nasked\n", Files.readString(asked));
    }

    @Test
    void aListWhosePluginsAreNoListIsNamed() throws Exception {
        Files.createDirectories(host.confDir().resolve("net"));
        Files.writeString(host.confDir().resolve("net/10.conf"), PLUGIN);
        host.configure("{\"cniVersion\": \"1.0.0\", \"name\": \"net\", \"plugins\": {}}");
        assertEquals("InvalidNetworkConfig", next());
        host.configure(list("mended", "1.0.0", PLUGIN));
        assertEquals("mended", next());
    }

    @Test
    void pluginsMayBeInFilesOfTheNetworksOwnDirectory() throws Exception {
        host.program(
                "first", "[ $CNI_COMMAND = ADD ] || exit 0; echo -n first >> " + root.resolve("order") + "; echo '{}'");
        host.program(
                "second",
                "[ $CNI_COMMAND = ADD ] || exit 0; echo -n second >> " + root.resolve("order")
                        + "; echo '{\"cniVersion\": \"1.1.0\", \"ips\": [{\"address\": \"10.92.0.5/24\"}]}'");
        Path more = Files.createDirectories(host.confDir().resolve("net"));
        Files.writeString(more.resolve("20.conf"), "{\"type\": \"second\"}");
        host.configure("{\"cniVersion\": \"1.1.0\", \"name\": \"net\", \"plugins\": [{\"type\": \"first\"}]}");
        attach("");
        assertEquals("firstsecond", Files.readString(root.resolve("order")));
        Files.delete(root.resolve("order"));
        Files.writeString(more.resolve("10.conf"), "{\"type\": \"second\"}");
        Files.delete(more.resolve("20.conf"));
        host.configure("{\"cniVersion\": \"1.1.0\", \"name\": \"net\", \"loadOnlyInlinedPlugins\": true,"
                + " \"plugins\": [{\"type\": \"second\"}]}");
        attach("");
        assertEquals("second", Files.readString(root.resolve("order")));
    }

    @Test
    void aRuntimeHandlerHasTheNetworkOfItsOwnDirectory() throws Exception {
        host.program("plain", "echo '{\"cniVersion\": \"1.0.0\", \"ips\": [{\"address\": \"10.92.0.5/24\"}]}'");
        host.configure(list("all", "1.0.0", "{\"type\": \"plain\"}"));
        assertEquals("all", attach("").network());
        assertEquals("all", attach("unnamed").network());
        try (TestPod pod = TestPod.start("pod")) {
            var refusal = org.junit.jupiter.api.Assertions.assertThrows(
                    CniException.class, () -> networks.attach(request(pod, "special")));
            assertEquals(CniException.Kind.NOT_CONFIGURED, refusal.kind());
            assertTrue(String.valueOf(refusal.getMessage()).contains("special.d"));
        }
        Path own = Files.createDirectories(host.root().resolve("special.d"));
        Files.writeString(own.resolve("10.conflist"), list("own", "1.0.0", "{\"type\": \"plain\"}"));
        assertEquals("own", attach("special").network());
    }

    private Attachment attach(String handler) throws IOException, InterruptedException {
        try (TestPod pod = TestPod.start("pod")) {
            Attachment attachment = networks.attach(request(pod, handler));
            networks.detach("pod", Optional.empty(), LinkRemoval.NOW);
            return attachment;
        }
    }

    private static PodNetworkRequest request(TestPod pod, String handler) {
        return new PodNetworkRequest(
                pod.id(),
                "ns",
                "name",
                "uid",
                pod.netnsPath(),
                pod.netns(),
                List.of(),
                PodDns.NONE,
                Map.of(),
                "",
                handler);
    }
}
