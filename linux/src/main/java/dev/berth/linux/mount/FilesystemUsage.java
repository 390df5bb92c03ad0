package dev.berth.linux.mount;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The statistics of the file system that a path is on, by statfs(2).
 *
 * @param type the file system's magic number, such as {@code 0x794c7630} for overlay
 * @param availableBytes what an unprivileged process may still use
 */
public record FilesystemUsage(
        long type, long totalBytes, long freeBytes, long availableBytes, long totalInodes, long freeInodes) {
    public static FilesystemUsage of(Path path) throws IOException {
        long[] words = MountCalls.statfs(path.toString());
        long block = words[1];
        return new FilesystemUsage(words[0], words[2] * block, words[3] * block, words[4] * block, words[5], words[6]);
    }
}
