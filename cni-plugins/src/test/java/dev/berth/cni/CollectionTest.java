package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cni.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sandboxes that are gone have left is released, by DEL and GC, one failure not hindering the rest. */
final class CollectionTest {
    @TempDir
    private Path root;

    private TestHost host;

    @BeforeEach
    void open() throws IOException {
        host = TestHost.in(root);
        host.program(
                "picky",
                "cat > " + root.resolve("asked") + "-$CNI_COMMAND\n"
                        + "case $CNI_COMMAND in\n"
                        + "ADD) echo '{\"cniVersion\": \"1.1.0\", \"ips\": [{\"address\": \"10.92.0.5/24\"}]}';;\n"
                        + "DEL) [ \"$CNI_CONTAINERID\" != stubborn ] || [ -e " + root.resolve("soft") + " ];;\n"
                        + "esac");
        host.configure("{\"cniVersion\": \"1.1.0\", \"name\": \"net\", \"plugins\": [{\"type\": \"picky\"}]}");
    }

    private PodNetworks networks() throws IOException {
        return PodNetworks.open(host.settings(true, TestHost.SUBNETS, List.of(root.resolve("bin"))));
    }

    @Test
    void oneDelThatFailsIsRepeatedAndKeepsNobodyElse() throws Exception {
        try (PodNetworks networks = networks()) {
            for (String id : List.of("before", "stubborn", "then", "live")) {
                try (TestPod pod = TestPod.start(id)) {
                    networks.attach(pod.request());
                }
            }
            var failure = assertThrows(IOException.class, () -> networks.collect(() -> Set.of("live")));
            assertTrue(String.valueOf(failure.getMessage()).contains("sandbox stubborn"), failure.getMessage());
            assertEquals(Set.of("live", "stubborn"), new TreeSet<>(networks.remembered()));
            var collection = Json.read(root.resolve("asked-GC"));
            assertEquals(
                    "[{\"containerID\":\"live\",\"ifname\":\"eth0\"}]",
                    collection.path("cni.dev/valid-attachments").toString());
            assertEquals(collection.path("cni.dev/valid-attachments"), collection.path("cni.dev/attachments"));
            Files.createFile(root.resolve("soft"));
            assertTrue(networks.collect(() -> Set.of("live")));
            assertEquals(List.of("live"), networks.remembered());
        }
    }

    @Test
    void nothingIsCollectedWhileAPodIsBeingAttached() throws Exception {
        Path gate = root.resolve("gate");
        host.program(
                "picky",
                "case $CNI_COMMAND in\n"
                        + "ADD) touch " + root.resolve("adding") + "; until [ -e " + gate + " ]; do sleep 0.01; done\n"
                        + "echo '{\"cniVersion\": \"1.1.0\", \"ips\": [{\"address\": \"10.92.0.5/24\"}]}';;\n"
                        + "GC) touch " + root.resolve("collected") + ";;\n"
                        + "esac");
        try (PodNetworks networks = networks();
                TestPod pod = TestPod.start("pod")) {
            Thread adding = Thread.ofPlatform().start(() -> {
                try {
                    networks.attach(pod.request());
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (!Files.exists(root.resolve("adding"))) {
                Thread.onSpinWait();
            }
            assertTrue(!networks.collect(() -> Set.of("pod")));
            assertTrue(!Files.exists(root.resolve("collected")));
            Files.createFile(gate);
            adding.join();
            assertTrue(networks.collect(() -> Set.of("pod")));
            assertTrue(Files.exists(root.resolve("collected")));
            assertTrue(networks.collect(Set::of));
        }
    }
}
