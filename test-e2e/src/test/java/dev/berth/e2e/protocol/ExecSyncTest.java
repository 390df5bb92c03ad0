package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.cri.api.ExecSyncRequest;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Waiting;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are awaited: what of them outlives whom, and how much they may say. */
@ExtendWith(SharedRegistry.class)
final class ExecSyncTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int MIB = 1 << 20;
    private static final String TWO_SLEEPERS = "sleep 4321 & sleep 4321";

    @AutoClose("end")
    private final OnePod node;

    private final Pod pod;
    private final String id;

    ExecSyncTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
        pod = node.pod();
        id = pod.start(OnePod.box("sleep", "1000").build());
    }

    private String sleepers() {
        return node.output(id, "grep -lz '^4321$' /proc/[0-9]*/cmdline | wc -l").strip();
    }

    private ExecSyncRequest request(String script) {
        return ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addCmd("sh")
                .addCmd("-c")
                .addCmd(script)
                .build();
    }

    @Test
    void aCommandEndsWithACallerThatCancels() throws IOException, InterruptedException, TimeoutException {
        var context = Context.current().withCancellation();
        var call = Thread.ofVirtual()
                .start(() -> context.run(() -> {
                    var cancelled = assertThrows(
                            StatusRuntimeException.class,
                            () -> node.subject().client().pods().execSync(request(TWO_SLEEPERS)));
                    assertEquals(Code.CANCELLED, cancelled.getStatus().getCode());
                }));
        Waiting.until("both run", SOON, () -> sleepers().equals("2"));
        context.cancel(null);
        call.join();
        Waiting.until("neither runs", SOON, () -> sleepers().equals("0"));
    }

    @Test
    void aCommandEndsWithACallerThatDies() throws IOException, InterruptedException, TimeoutException {
        var socket = "unix://" + node.subject().runtime().socket();
        var crictl = Checkout.current().tool("crictl").toString();
        var client = new ProcessBuilder(
                        crictl, "--config", "/dev/null", "-r", socket, "exec", "-s", id, "sh", "-c", TWO_SLEEPERS)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Waiting.until("both run", SOON, () -> sleepers().equals("2"));
        client.destroyForcibly().waitFor();
        Waiting.until("neither runs", SOON, () -> sleepers().equals("0"));
    }

    @Test
    void whatACommandLeavesBehindLivesOnUntilTheContainerEnds() {
        assertEquals("started\n", node.output(id, "sleep 4321 & echo started"));
        assertEquals("1", sleepers());
        assertEquals(
                Code.DEADLINE_EXCEEDED,
                assertThrows(
                                StatusRuntimeException.class,
                                () -> node.subject()
                                        .client()
                                        .pods()
                                        .execSync(request("sleep 4321 & sleep 4321").toBuilder()
                                                .setTimeout(1)
                                                .build()))
                        .getStatus()
                        .getCode());
        assertEquals("1", sleepers());
        pod.stop(id, 0);
    }

    @Test
    void oneStreamMayFillTheMessage() {
        var bytes = 15 * MIB;
        var script = "head -c %d /dev/zero; head -c %d /dev/zero >&2".formatted(bytes, 3 * MIB);
        var answer = node.subject().client().pods().execSync(request(script));
        assertEquals(bytes, answer.getStdout().size());
        assertEquals(MIB, answer.getStderr().size(), 8 << 10);
        assertEquals(0, answer.getExitCode());
    }
}
