package dev.berth.cgroup.stats;

/** What went to and from one block device; writes that the page cache still holds are not in it. */
public record DeviceIo(int major, int minor, long readBytes, long writeBytes, long reads, long writes) {}
