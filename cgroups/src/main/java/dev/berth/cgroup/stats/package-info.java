/** What a cgroup uses, and the reading of the files that say so. */
@NullMarked
package dev.berth.cgroup.stats;

import org.jspecify.annotations.NullMarked;
