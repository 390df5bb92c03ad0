package dev.berth.image.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The levels of x86-64 (its psABI, micro-architecture levels): what a processor must have, in the kernel's words for it. */
final class ProcessorLevel {
    private static final List<Set<String>> LEVELS = List.of(
            Set.of("cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"),
            Set.of("abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"),
            Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

    private static final String HOST = read(Path.of("/proc/cpuinfo"));

    private ProcessorLevel() {}

    /** The variant of this host's processor, "v1" to "v4". */
    static String host() {
        return HOST;
    }

    private static String read(Path cpuinfo) {
        try (var lines = Files.lines(cpuinfo)) {
            return of(lines);
        } catch (IOException _) {
            return "v1"; // what every processor has
        }
    }

    /** The variant by what the kernel says of the first processor. */
    static String of(Stream<String> cpuinfo) {
        var flags = cpuinfo.filter(line -> line.startsWith("flags"))
                .findFirst()
                .map(line -> Set.copyOf(List.of(line.split("\\s+"))))
                .orElse(Set.of());
        return "v" + (1 + LEVELS.stream().takeWhile(flags::containsAll).count());
    }
}
