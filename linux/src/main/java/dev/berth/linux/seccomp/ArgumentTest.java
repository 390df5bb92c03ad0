package dev.berth.linux.seccomp;

import java.util.Optional;

/**
 * A comparison of one argument of a system call.
 *
 * @param index 0 to 5
 * @param value compared with; for {@code MASKED_EQ} the mask
 * @param valueTwo for {@code MASKED_EQ} only: what the masked argument must be
 */
public record ArgumentTest(int index, Comparison comparison, long value, long valueTwo) {
    public ArgumentTest {
        if (index < 0 || index > 5) {
            throw new IllegalArgumentException("seccomp argument index " + index + " is not 0 to 5");
        }
    }

    /** Comparisons are of unsigned 64-bit numbers. */
    public enum Comparison {
        NE("SCMP_CMP_NE", 1),
        LT("SCMP_CMP_LT", 2),
        LE("SCMP_CMP_LE", 3),
        EQ("SCMP_CMP_EQ", 4),
        GE("SCMP_CMP_GE", 5),
        GT("SCMP_CMP_GT", 6),
        MASKED_EQ("SCMP_CMP_MASKED_EQ", 7);

        private final String specName;
        private final int code;

        Comparison(String specName, int code) {
            this.specName = specName;
            this.code = code;
        }

        public static Optional<Comparison> named(String name) {
            for (Comparison comparison : values()) {
                if (comparison.specName.equals(name)) {
                    return Optional.of(comparison);
                }
            }
            return Optional.empty();
        }

        public String specName() {
            return specName;
        }

        int code() {
            return code;
        }
    }
}
