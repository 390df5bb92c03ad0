/** Cgroups on v2 and on v1 (hybrid) hosts: resources and device rules in, statistics and out-of-memory counts out. */
@NullMarked
package dev.berth.cgroup;

import org.jspecify.annotations.NullMarked;
