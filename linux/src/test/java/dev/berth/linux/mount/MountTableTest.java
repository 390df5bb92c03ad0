package dev.berth.linux.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MountTableTest {
    @Test
    void propagationAndEscapesAreRead() throws IOException {
        MountTable table = MountTable.parse("""
                36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
                37 35 98:1 / /b\\134s rw shared:7 master:2 propagate_from:1 - tmpfs some\\011thing rw
                38 35 98:2 / /plain rw - proc proc rw
                """);
        MountEntry slave = table.entries().getFirst();
        assertEquals("/mnt 2", slave.mountPoint());
        assertEquals("/mnt1", slave.root());
        assertEquals(OptionalInt.of(1), slave.master());
        assertTrue(slave.slave());
        assertFalse(slave.shared());
        MountEntry shared = table.entries().get(1);
        assertEquals("/b\\s", shared.mountPoint());
        assertEquals("some\tthing", shared.source());
        assertEquals(OptionalInt.of(7), shared.peerGroup());
        assertFalse(table.entries().get(2).shared() || table.entries().get(2).slave());
    }

    @Test
    void aLineThatIsNoneIsAnError() {
        assertThrows(IOException.class, () -> MountTable.parse("36 35 98:0 / /mnt rw"));
        assertThrows(IOException.class, () -> MountTable.parse("x 35 98:0 / /mnt rw - ext3 /dev/root rw"));
    }

    @Test
    void theMountOfAPathIsTheOneTheKernelSays() throws IOException {
        MountTable table = MountTable.read();
        assertEquals(
                "proc",
                table.containing(Path.of("/proc/1/status")).orElseThrow().fsType());
        assertEquals("/", table.containing(Path.of("/")).orElseThrow().mountPoint());
    }

    @Test
    void statisticsNameTheFileSystem() throws IOException {
        assertEquals(0x9fa0, FilesystemUsage.of(Path.of("/proc")).type());
        FilesystemUsage root = FilesystemUsage.of(Path.of("/"));
        assertTrue(root.totalBytes() > 0 && root.freeBytes() <= root.totalBytes());
        assertTrue(root.availableBytes() <= root.freeBytes() && root.freeInodes() <= root.totalInodes());
        assertThrows(IOException.class, () -> FilesystemUsage.of(Path.of("/no/such/path")));
    }
}
