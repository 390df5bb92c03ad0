package dev.berth.cgroup.stats;

import java.util.OptionalLong;

/**
 * What becomes of pages that the kernel takes back, and of those that it would have to write first.
 *
 * @param dirtyBytes page cache that is newer than its file
 * @param writebackBytes page cache that is being written
 * @param refaultedAnonymous anonymous pages that were wanted again soon after they had been taken
 * @param refaultedFile the same of the page cache
 * @param scanned pages that were looked at for taking; absent in v1, which does not count them
 * @param taken pages that were taken; absent in v1
 */
public record ReclaimStats(
        long dirtyBytes,
        long writebackBytes,
        long refaultedAnonymous,
        long refaultedFile,
        OptionalLong scanned,
        OptionalLong taken) {}
