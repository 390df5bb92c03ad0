package dev.berth.linux.seccomp;

/** Flags of seccomp(2) that a profile may carry. The others need a listener or synchronise threads that init has not. */
enum SeccompFlag {
    SECCOMP_FILTER_FLAG_TSYNC(0),
    SECCOMP_FILTER_FLAG_LOG(1 << 1),
    SECCOMP_FILTER_FLAG_SPEC_ALLOW(1 << 2);

    private final long bit;

    SeccompFlag(long bit) {
        this.bit = bit;
    }

    long bit() {
        return bit;
    }

    static SeccompFlag named(String name) {
        for (SeccompFlag flag : values()) {
            if (flag.name().equals(name)) {
                return flag;
            }
        }
        throw new IllegalArgumentException("seccomp flag \"" + name + "\" is not supported");
    }
}
