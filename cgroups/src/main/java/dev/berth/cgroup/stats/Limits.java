package dev.berth.cgroup.stats;

import java.util.OptionalLong;

/** Limits of cgroups beside each other. */
final class Limits {
    private Limits() {}

    /** Absent if either has none: then both together have none. */
    static OptionalLong sum(OptionalLong one, OptionalLong other) {
        return one.isPresent() && other.isPresent()
                ? OptionalLong.of(one.getAsLong() + other.getAsLong())
                : OptionalLong.empty();
    }
}
