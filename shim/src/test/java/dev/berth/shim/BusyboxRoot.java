package dev.berth.shim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A root file system that holds busybox and the libraries it was linked with. */
final class BusyboxRoot {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private static final List<String> APPLETS = List.of(
            "sh", "cat", "echo", "sleep", "ls", "id", "true", "false", "ps", "kill", "seq", "yes", "head", "tty",
            "awk");

    private BusyboxRoot() {}

    static Path make(Path directory) throws IOException, InterruptedException {
        Path root = Files.createDirectories(directory);
        for (String name : List.of("bin", "proc", "dev", "sys", "tmp", "etc")) {
            Files.createDirectories(root.resolve(name));
        }
        copy(BUSYBOX, root);
        for (Path library : libraries()) {
            copy(library, root);
        }
        for (String applet : APPLETS) {
            Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        return root;
    }

    private static void copy(Path file, Path root) throws IOException {
        Path target = root.resolve(Path.of("/").relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file.toRealPath(), target, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the dynamic loader says it would load. */
    private static List<Path> libraries() throws IOException, InterruptedException {
        Process ldd = new ProcessBuilder("ldd", BUSYBOX.toString()).start();
        try (var lines = ldd.inputReader().lines()) {
            List<Path> files = lines.flatMap(line -> List.of(line.trim().split("\\s+")).stream())
                    .filter(word -> word.startsWith("/"))
                    .map(Path::of)
                    .toList();
            ldd.waitFor();
            return files;
        }
    }
}
