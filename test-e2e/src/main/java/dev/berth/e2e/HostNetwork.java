package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bridge that a runtime makes for its first pod and keeps: taken down when a test is over. */
final class HostNetwork {
    private HostNetwork() {}

    static void remove(Marks marks) throws IOException {
        if (Files.exists(Path.of("/sys/class/net", marks.bridge()))) {
            var command = new ProcessBuilder("ip", "link", "delete", marks.bridge()).inheritIO();
            var status = command.start().onExit().join().exitValue();
            if (status != 0) {
                throw new IOException(command.command() + ": exit status " + status);
            }
        }
        // absent where no pod was started, and with containerd
        new ProcessBuilder("nft", "delete", "table", "inet", "berth_" + marks.bridge())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join();
    }
}
