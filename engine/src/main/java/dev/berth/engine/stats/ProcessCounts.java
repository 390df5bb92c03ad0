package dev.berth.engine.stats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The processes of one container, seen through the host's /proc.
 *
 * @param descriptors open in all of them together
 * @param sockets how many of those are sockets
 * @param openFilesLimit the first process's soft limit; absent if it has none or has gone
 */
public record ProcessCounts(int processes, long descriptors, long sockets, OptionalLong openFilesLimit) {
    /** Descriptors that are looked at: a process can have millions. */
    private static final int LOOKED_AT = 10_000;

    private static final Path PROC = Path.of("/proc");
    private static final String OPEN_FILES = "Max open files";

    /** @param init the container's first process */
    static ProcessCounts of(List<Integer> processes, int init) {
        long descriptors = 0;
        long sockets = 0;
        for (int process : processes) {
            var directory = PROC.resolve(Integer.toString(process)).resolve("fd");
            try (var entries = Files.newDirectoryStream(directory)) {
                for (var each : entries) {
                    descriptors++;
                    sockets += descriptors <= LOOKED_AT && isSocket(each) ? 1 : 0;
                }
            } catch (IOException | DirectoryIteratorException gone) {
                // a process that has just ended has none
            }
        }
        return new ProcessCounts(processes.size(), descriptors, sockets, openFiles(init));
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }

    /** The line {@code Max open files 1024 524288 files}, soft limit first. */
    private static OptionalLong openFiles(int init) {
        try (var lines = Files.lines(PROC.resolve(Integer.toString(init)).resolve("limits"))) {
            return lines.filter(line -> line.startsWith(OPEN_FILES))
                    .map(line -> line.substring(OPEN_FILES.length()).strip().split(" +", 2)[0])
                    .filter(soft -> !soft.equals("unlimited"))
                    .mapToLong(Long::parseLong)
                    .findFirst();
        } catch (IOException | UncheckedIOException gone) {
            return OptionalLong.empty();
        }
    }
}
