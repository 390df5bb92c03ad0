package dev.berth.cgroup.stats;

import java.util.OptionalLong;

/**
 * Tasks, threads included.
 *
 * @param limit absent: none
 */
public record PidsStats(long current, OptionalLong limit) {
    PidsStats plus(PidsStats other) {
        return new PidsStats(current + other.current, Limits.sum(limit, other.limit));
    }
}
