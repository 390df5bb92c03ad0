package dev.berth.cgroup.stats;

import java.util.OptionalLong;

/**
 * Tasks, threads included.
 *
 * @param limit absent: none
 */
public record PidsStats(long current, OptionalLong limit) {}
