package dev.berth.cri.metrics.container;

import dev.berth.linux.mount.FilesystemUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file system that writable layers are on.
 *
 * @param device as it was mounted
 */
record Disk(String device, FilesystemUsage usage) {
    private static final Path BLOCK_DEVICES = Path.of("/sys/dev/block");

    static Disk of(Path directory) throws IOException {
        return new Disk(Files.getFileStore(directory).name(), FilesystemUsage.of(directory));
    }

    /** The block device of these numbers as the host names it; the numbers if it has gone. */
    static String device(int major, int minor) {
        var numbers = major + ":" + minor;
        try {
            return "/dev/"
                    + Files.readSymbolicLink(BLOCK_DEVICES.resolve(numbers)).getFileName();
        } catch (IOException gone) {
            return numbers;
        }
    }
}
