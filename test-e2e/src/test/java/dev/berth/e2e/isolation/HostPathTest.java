package dev.berth.e2e.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.Mount;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Host paths that are mounted and are not there. */
@ExtendWith(SharedRegistry.class)
final class HostPathTest {
    private final Path folder;
    private final Registry registry;

    HostPathTest(@TempDir Path folder, Registry registry) {
        this.folder = folder;
        this.registry = registry;
    }

    private static ContainerConfig box(Path hostPath) {
        var mount = Mount.newBuilder().setHostPath(hostPath.toString()).setContainerPath("/data");
        return OnePod.box("sleep", "1000").addMounts(mount).build();
    }

    private static void refused(OnePod node, Path hostPath, String reason) {
        var refusal =
                assertThrows(StatusRuntimeException.class, () -> node.pod().create(box(hostPath)));
        assertEquals(Status.Code.INVALID_ARGUMENT, refusal.getStatus().getCode(), refusal::toString);
        assertTrue(refusal.toString().contains("mount at /data: host path " + hostPath + reason), refusal::toString);
    }

    @Test
    void theyAreMadeAsDirectories() throws IOException, InterruptedException, TimeoutException {
        var node = OnePod.run(folder, registry);
        try {
            var missing = folder.resolve("missing/directory");
            var id = node.pod().start(box(missing));
            assertEquals("", node.output(id, "echo made > /data/file"));
            assertEquals("made\n", Files.readString(missing.resolve("file")));
            for (var made : List.of(folder.resolve("missing"), missing)) {
                assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
                assertEquals(0, Files.getAttribute(made, "unix:uid"));
            }
            node.pod().remove(id);
            var dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));
            refused(node, dangling, ": " + dangling + " is a file or a link to nothing");
            refused(node, dangling.resolve("below"), ": " + dangling + " is a file or a link to nothing");
            refused(node, missing.resolve("file/below"), ": Not a directory");
            assertFalse(Files.exists(folder.resolve("nothing")));
        } finally {
            node.end();
        }
    }

    @Test
    void theyAreRefusedWhereTheNodeSaysSo() throws IOException, InterruptedException, TimeoutException {
        Files.writeString(
                Files.createDirectories(folder.resolve("conf.d")).resolve("mount.toml"),
                "[container]\nmake_host_paths = false\n");
        var node = OnePod.run(folder, registry);
        try {
            var missing = folder.resolve("missing");
            refused(node, missing, " does not exist");
            assertFalse(Files.exists(missing));
        } finally {
            node.end();
        }
    }
}
