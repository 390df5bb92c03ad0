package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.RuntimeCondition;
import dev.berth.cri.api.StatusRequest;
import dev.berth.e2e.Command;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot start pods says so, and why, and takes it back. */
@ExtendWith(SharedRegistry.class)
final class NodeHealthTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Path PIDS = Path.of("/sys/fs/cgroup/pids");

    private final Path folder;

    @AutoClose("end")
    private final OnePod node;

    NodeHealthTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        node = OnePod.run(folder, registry);
    }

    private RuntimeCondition runtimeReady() {
        return node
                .subject()
                .client()
                .pods()
                .status(StatusRequest.getDefaultInstance())
                .getStatus()
                .getConditionsList()
                .stream()
                .filter(condition -> condition.getType().equals("RuntimeReady"))
                .findFirst()
                .orElseThrow();
    }

    private void awaitReason(String reason, String part) throws IOException, InterruptedException, TimeoutException {
        Waiting.until(
                "the condition has the reason " + reason,
                SOON,
                () -> runtimeReady().getReason().equals(reason));
        assertEquals(reason.isEmpty(), runtimeReady().getStatus());
        assertTrue(runtimeReady().getMessage().contains(part), runtimeReady().toString());
    }

    @Test
    void aStateDirectoryThatBecomesReadOnly() throws IOException, InterruptedException, TimeoutException {
        awaitReason("", "");
        var state = folder.resolve("state").toString();
        Command.run("mount", "--bind", state, state).orFail();
        try {
            Command.run("mount", "-o", "remount,bind,ro", state).orFail();
            awaitReason("StoreNotWritable", state);
        } finally {
            Command.run("umount", state).orFail();
        }
        awaitReason("", "");
    }

    @Test
    void aNodeOnWhichNoProcessCanBeStarted() throws IOException, InterruptedException, TimeoutException {
        awaitReason("", "");
        var daemon = Long.toString(node.subject().runtime().pid());
        var cgroup = Files.createDirectory(
                PIDS.resolve(node.subject().marks().cgroup().substring(1) + "-daemon"));
        try {
            Files.writeString(cgroup.resolve("cgroup.procs"), daemon);
            Files.writeString(cgroup.resolve("pids.max"), "1");
            awaitReason("ShimNotRunnable", "berth-shim");
        } finally {
            Files.writeString(PIDS.resolve("cgroup.procs"), daemon);
            Files.delete(cgroup);
        }
        awaitReason("", "");
    }
}
