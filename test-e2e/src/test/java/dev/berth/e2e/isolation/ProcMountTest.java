package dev.berth.e2e.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container sees of /proc and /sys: what the request says. */
@ExtendWith(SharedRegistry.class)
final class ProcMountTest {
    private static final List<String> MASKED = List.of("/proc/interrupts", "/sys/module");
    private static final List<String> READ_ONLY = List.of("/proc/sys");

    /** Counts the mounts below /proc and /sys that are not made for every container. */
    private static final String COVERED =
            "cut -d ' ' -f 5 /proc/self/mountinfo | grep -v '^/sys/fs/cgroup' | grep -c '^/proc/.\\|^/sys/.'";

    @AutoClose("end")
    private final OnePod node;

    ProcMountTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        node = OnePod.run(folder, registry);
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, true, 3",
        "false, false, false, 0",
        "false, true, true, 3",
        "false, true, false, 0",
        "true, false, true, 0",
        "true, false, false, 0",
        "true, true, true, 0",
        "true, true, false, 0",
    })
    void onlyWhatTheRequestNamesIsHidden(boolean privileged, boolean users, boolean named, int covered) {
        var pod = pod(privileged, users);
        var id = pod.start(box(pod, named ? MASKED : List.of(), named ? READ_ONLY : List.of()));
        assertEquals(covered + "\n", text(pod, id, COVERED));
    }

    @Test
    void containersNestWhereNothingIsHidden() {
        var pod = pod(false, true);
        var nest = "unshare -Urpf --mount-proc sh -c 'echo $$ && grep -c ^Name /proc/self/status'";
        var open = pod.start(box(pod, List.of(), List.of()));
        assertEquals("1\n1\n", text(pod, open, nest));
        pod.remove(open);
        var hidden = pod.start(box(pod, MASKED, List.of()));
        assertEquals("", text(pod, hidden, nest));
    }

    private Pod pod(boolean privileged, boolean users) {
        var config = Pod.config(node.subject().marks(), "proc").toBuilder();
        config.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(privileged);
        return Pod.run(
                node.subject().client(), users ? Pod.inUserNamespace(config.build(), 2_000_000) : config.build());
    }

    private static ContainerConfig box(Pod pod, List<String> masked, List<String> readOnly) {
        var box = OnePod.box("sleep", "1000");
        box.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setPrivileged(pod.config().getLinux().getSecurityContext().getPrivileged())
                .addAllMaskedPaths(masked)
                .addAllReadonlyPaths(readOnly);
        return pod.inside(box).build();
    }

    private static String text(Pod pod, String container, String script) {
        return pod.exec(container, "sh", "-c", script).getStdout().toStringUtf8();
    }
}
