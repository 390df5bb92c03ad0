package dev.berth.engine.pod;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.DnsInput;
import dev.berth.engine.request.LogPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodFilesTest {
    private static final DnsInput DNS = new DnsInput(
            List.of("10.0.0.10", "fd00::a"), List.of("ns.svc.cluster.local", "cluster.local"), List.of("ndots:5"));

    @TempDir
    Path directory;

    @Test
    void aPodHasItsOwnNameAndResolver() throws Exception {
        PodFiles files = new PodFiles(directory);
        files.write("my-pod.example", false, Optional.of(DNS));
        files.write("my-pod.example", false, Optional.of(DNS));
        assertEquals("my-pod.example\n", Files.readString(files.hostname()));
        assertEquals("""
                search ns.svc.cluster.local cluster.local
                nameserver 10.0.0.10
                nameserver fd00::a
                options ndots:5
                """, Files.readString(files.resolvConf()));
        assertTrue(Files.readString(files.hosts()).startsWith("127.0.0.1\tlocalhost\n"));
        for (Path file : List.of(files.hosts(), files.hostname(), files.resolvConf())) {
            assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    @Test
    void aPodOnTheHostsNetworkHasTheHosts() throws Exception {
        PodFiles files = new PodFiles(directory);
        files.write("", true, Optional.empty());
        assertEquals(Files.readString(Path.of("/proc/sys/kernel/hostname")), Files.readString(files.hostname()));
        assertArrayEquals(Files.readAllBytes(Path.of("/etc/hosts")), Files.readAllBytes(files.hosts()));
        assertArrayEquals(Files.readAllBytes(Path.of("/etc/resolv.conf")), Files.readAllBytes(files.resolvConf()));
    }

    @Test
    void anEmptyDnsConfigurationIsAnEmptyFile() throws Exception {
        PodFiles files = new PodFiles(directory);
        files.write("pod", false, Optional.of(new DnsInput(List.of(), List.of(), List.of())));
        assertEquals("", Files.readString(files.resolvConf()));
    }

    @Test
    void aPodWithoutAHostNameKeepsTheHosts() throws Exception {
        PodFiles files = new PodFiles(directory);
        files.write("", false, Optional.of(DNS));
        assertEquals(PodFiles.hostHostname() + "\n", Files.readString(files.hostname()));
    }

    @Test
    void linesCannotBeSmuggledIn() {
        PodFiles files = new PodFiles(directory);
        DnsInput hostile = new DnsInput(List.of("10.0.0.1\noptions x"), List.of(), List.of());
        assertThrows(InvalidSpecException.class, () -> files.write("pod", false, Optional.of(hostile)));
        for (String name : List.of("a\nb", "-a", "a b", "a".repeat(65))) {
            assertThrows(InvalidSpecException.class, () -> files.write(name, false, Optional.of(DNS)));
        }
        assertTrue(Files.notExists(files.hostname()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/etc/passwd", "", ".", "a//b", "a/", "a/./b", "a\nb", "a\0b"})
    void aLogOutsideOfItsDirectoryIsRefused(String path) {
        assertThrows(InvalidSpecException.class, () -> LogPath.checked("/var/log/pods/p", path));
    }

    @Test
    void aLogInsideOfItsDirectoryIsKept() throws Exception {
        assertEquals("c/0.log", LogPath.checked("/var/log/pods/p", "c/0.log"));
        assertEquals("..c", LogPath.checked("/var/log/pods/p", "..c"));
        assertThrows(InvalidSpecException.class, () -> LogPath.checked("", "0.log"));
    }
}
