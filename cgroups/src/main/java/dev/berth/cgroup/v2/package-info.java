/** The files of the v2 controllers: limits, device programs and statistics. */
@NullMarked
package dev.berth.cgroup.v2;

import org.jspecify.annotations.NullMarked;
