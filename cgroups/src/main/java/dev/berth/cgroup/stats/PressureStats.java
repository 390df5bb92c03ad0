package dev.berth.cgroup.stats;

/** Pressure stall information of the three resources. */
public record PressureStats(Pressure cpu, Pressure memory, Pressure io) {}
