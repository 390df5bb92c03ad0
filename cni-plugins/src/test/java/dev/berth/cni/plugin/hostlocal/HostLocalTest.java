package dev.berth.cni.plugin.hostlocal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.link.FadingLinks;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostLocalTest {
    private static final String SMALL = "\"ranges\": [[{\"subnet\": \"10.94.0.0/29\"}]]";

    @TempDir
    private Path root;

    private HostNetwork host;
    private HostLocal plugin;

    @BeforeEach
    void open() throws IOException {
        host = HostNetwork.open();
        plugin = new HostLocal(new FadingLinks(host));
    }

    @AfterEach
    void close() {
        host.close();
    }

    private ObjectNode config(String ipam) throws IOException {
        String text = "{\"cniVersion\": \"1.0.0\", \"name\": \"net\", \"ipam\": {\"dataDir\": \"" + root + "\", " + ipam
                + "}}";
        return Json.parse(text.getBytes(StandardCharsets.UTF_8), "test");
    }

    private static Invocation container(String id, String arguments) {
        return new Invocation(id, Optional.empty(), "eth0", arguments);
    }

    private List<String> allocate(String id, String arguments, String ipam) throws IOException {
        Invocation invocation = container(id, arguments);
        return plugin.allocate(invocation, HostLocalConfig.parse(config(ipam), invocation)).addresses().stream()
                .map(address -> address.cidr().toString())
                .toList();
    }

    @Test
    void anOldVersionHasPlaceForOneAddressOfEachFamily() throws IOException {
        ObjectNode two = config("\"ranges\": [[{\"subnet\": \"10.94.0.0/29\"}], [{\"subnet\": \"10.95.0.0/29\"}]]");
        plugin.admit(container("a", ""), two);
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> plugin.admit(container("a", ""), two.put("cniVersion", "0.2.0")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("cniVersion 0.2.0"), refusal::toString);
    }

    @Test
    void aReleasedAddressIsTheLastToBeGivenAgain() throws IOException {
        assertEquals(List.of("10.94.0.2/29"), allocate("a", "", SMALL));
        plugin.del(container("a", ""), LinkRemoval.NOW, config(SMALL));
        assertEquals(List.of("10.94.0.3/29"), allocate("b", "", SMALL));
        for (String id : List.of("c", "d", "e")) {
            allocate(id, "", SMALL);
        }
        assertEquals(List.of("10.94.0.2/29"), allocate("f", "", SMALL));
        CniException full = assertThrows(CniException.class, () -> allocate("g", "", SMALL));
        assertEquals(CniException.Kind.EXHAUSTED, full.kind());
    }

    @Test
    void aLeaseIsWrittenAsTheReferencePluginDoes() throws IOException {
        allocate("a", "", SMALL);
        assertEquals("a\r\neth0", Files.readString(root.resolve("net/10.94.0.2")));
        assertEquals("10.94.0.2", Files.readString(root.resolve("net/last_reserved_ip.0")));
    }

    @Test
    void anAddressCanBeAskedFor() throws IOException {
        assertEquals(List.of("10.94.0.5/29"), allocate("a", "IgnoreUnknown=1;IP=10.94.0.5", SMALL));
        assertThrows(CniException.class, () -> allocate("b", "IP=10.94.0.5", SMALL));
        assertThrows(CniException.class, () -> allocate("b", "IP=10.94.0.1", SMALL));
        assertThrows(IllegalArgumentException.class, () -> allocate("b", "IP=10.95.0.1", SMALL));
    }

    @Test
    void whenOneSetIsFullNothingStaysLeasedOfTheOthers() throws IOException {
        String sets = "\"ranges\": [[{\"subnet\": \"fd94::/64\"}],"
                + " [{\"subnet\": \"10.94.0.0/29\", \"rangeStart\": \"10.94.0.3\", \"rangeEnd\": \"10.94.0.3\"}]]";
        assertEquals(List.of("fd94::2/64", "10.94.0.3/29"), allocate("a", "", sets));
        assertThrows(CniException.class, () -> allocate("b", "", sets));
        assertEquals(false, Files.exists(root.resolve("net/fd94::3")));
    }

    @Test
    void rangesThatMakeNoSenseAreRefused() {
        for (String range : List.of(
                "\"subnet\": \"10.94.0.1/29\"",
                "\"subnet\": \"10.94.0.0/31\"",
                "\"subnet\": \"nonsense\"",
                "\"subnet\": \"10.94.0.0/29\", \"rangeStart\": \"10.95.0.1\"",
                "\"subnet\": \"10.94.0.0/29\", \"rangeStart\": \"10.94.0.4\", \"rangeEnd\": \"10.94.0.3\"")) {
            assertThrows(IllegalArgumentException.class, () -> allocate("a", "", range), range);
        }
    }
}
