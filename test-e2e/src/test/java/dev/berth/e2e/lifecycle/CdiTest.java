package dev.berth.e2e.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.CDIDevice;
import dev.berth.e2e.Command;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Devices of vendors' files, as device plugins and DRA drivers ask for them. */
@ExtendWith(SharedRegistry.class)
final class CdiTest {

    private final Path folder;

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;

    CdiTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        node = OnePod.run(folder, registry);
        pod = node.pod();
    }

    /** A node like /dev/fuse, which no container may open otherwise. */
    private void describe() throws IOException, InterruptedException {
        var node = folder.resolve("card0");
        Command.run("mknod", "-m", "0666", node.toString(), "c", "10", "229").orFail();
        var library = Files.writeString(folder.resolve("libvendor.so"), "library\n");
        var directory = Files.createDirectories(folder.resolve("cdi/etc"));
        Files.writeString(directory.resolve("vendor.json"), """
                {"cdiVersion": "0.7.0", "kind": "vendor.com/card",
                 "devices": [{"name": "0", "containerEdits": {
                     "deviceNodes": [{"path": "/dev/vendor/card0", "hostPath": "%s", "permissions": "r"}]}}],
                 "containerEdits": {"env": ["VENDOR=yes"], "additionalGids": [4455],
                     "mounts": [{"hostPath": "%s", "containerPath": "/usr/lib/libvendor.so", "options": ["ro", "bind"]}]}}
                """.formatted(node, library));
    }

    @Test
    void aDeviceComesWithItsNodeLibraryVariableAndGroup() throws IOException, InterruptedException {
        describe();
        var id = pod.start(OnePod.box("sleep", "1000")
                .addCDIDevices(CDIDevice.newBuilder().setName("vendor.com/card=0"))
                .build());
        assertEquals("library\n", node.output(id, "cat /usr/lib/libvendor.so"));
        assertEquals("yes\n", node.output(id, "echo $VENDOR"));
        assertTrue(node.output(id, "id -G").contains("4455"));
        assertEquals(0, pod.exec(id, "sh", "-c", ": </dev/vendor/card0").getExitCode());
        assertEquals(1, pod.exec(id, "sh", "-c", ": >/dev/vendor/card0").getExitCode());
        assertEquals(
                1, pod.exec(id, "sh", "-c", "echo x >/usr/lib/libvendor.so").getExitCode());
    }

    @Test
    void anAnnotationNamesDevicesToo() throws IOException, InterruptedException {
        describe();
        var id = pod.start(OnePod.box("sleep", "1000")
                .putAnnotations("cdi.k8s.io/vendor.card", "vendor.com/card=0")
                .build());
        assertEquals("yes\n", node.output(id, "echo $VENDOR"));
        assertEquals(0, pod.exec(id, "sh", "-c", ": </dev/vendor/card0").getExitCode());
    }

    @Test
    void aLaterDirectoryWinsAndMayBeYaml() throws IOException, InterruptedException {
        describe();
        Files.writeString(Files.createDirectories(folder.resolve("cdi/run")).resolve("vendor.yaml"), """
                cdiVersion: 0.6.0
                kind: vendor.com/card
                devices:
                  - name: "0"
                    containerEdits:
                      env: [VENDOR=later]
                """);
        var id = pod.start(OnePod.box("sleep", "1000")
                .addCDIDevices(CDIDevice.newBuilder().setName("vendor.com/card=0"))
                .build());
        assertEquals("later\n", node.output(id, "echo $VENDOR"));
    }

    @Test
    void anUnknownDeviceIsNamed() throws IOException, InterruptedException {
        describe();
        var unknown = OnePod.box("sleep", "1000")
                .addCDIDevices(CDIDevice.newBuilder().setName("vendor.com/card=1"))
                .build();
        var refused = assertThrows(StatusRuntimeException.class, () -> pod.create(unknown));
        assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
        assertTrue(refused.toString().contains("vendor.com/card=1"), refused.toString());
    }
}
