package dev.berth.e2e.network;

import dev.berth.e2e.Command;
import dev.berth.e2e.Marks;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** What a running daemon without pods still has of pods, where nobody else would see it: it has to be nothing. */
record EmptyNode(Marks marks) {
    private static final Duration KERNEL_DELAY = Duration.ofSeconds(10);

    /** Waits: the kernel removes links a little after their namespaces, the daemon deletes trees in the background. */
    static void await(Marks marks) throws IOException, InterruptedException, TimeoutException {
        var node = new EmptyNode(marks);
        try {
            Waiting.until(
                    "nothing is left of pods", KERNEL_DELAY, () -> node.left().isEmpty());
        } catch (TimeoutException late) {
            var left = String.join("\n  ", node.left());
            throw (TimeoutException) new TimeoutException("left of pods:\n  " + left).initCause(late);
        }
    }

    List<String> left() throws IOException, InterruptedException {
        var left = new ArrayList<String>();
        var folder = marks.folder();
        for (var of : List.of("state/sandboxes", "state/containers", "root/sandboxes", "root/containers")) {
            left.addAll(files(folder.resolve(of)));
        }
        left.addAll(files(folder.resolve("cni/attachments")));
        left.addAll(leases());
        left.addAll(files(Path.of("/sys/class/net", marks.bridge(), "brif")));
        left.addAll(hostPorts());
        left.addAll(shims());
        return left;
    }

    private static List<String> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(Path::toString).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private List<String> leases() throws IOException {
        return files(marks.folder().resolve("leases").resolve(marks.bridge())).stream()
                .filter(file -> !file.endsWith("/lock") && !file.contains("/last_reserved_ip."))
                .toList();
    }

    /** Elements have their sandbox as their comment; the rules have none. */
    private List<String> hostPorts() throws IOException, InterruptedException {
        return Command.run("nft", "list", "table", "inet", "berth_" + marks.bridge())
                .orFail()
                .lines()
                .filter(line -> line.contains("comment") && !line.contains(marks.bridge()))
                .toList();
    }

    /** A shim names its sandbox only, but it holds the lock in the sandbox's directory. */
    private List<String> shims() throws IOException {
        var left = new ArrayList<String>();
        for (var process : ProcessHandle.allProcesses().toList()) {
            var command = process.info().command().orElse("");
            if (command.contains("berth-shim") && holdsOurs(process.pid())) {
                left.add("process " + process.pid() + " " + command);
            }
        }
        return left;
    }

    private boolean holdsOurs(long pid) throws IOException {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (var descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).startsWith(marks.folder())) {
                    return true;
                }
            }
        } catch (NoSuchFileException ended) {
            return false;
        }
        return false;
    }
}
