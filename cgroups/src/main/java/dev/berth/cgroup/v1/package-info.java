/** The files of the v1 controllers: limits, device lists and statistics. */
@NullMarked
package dev.berth.cgroup.v1;

import org.jspecify.annotations.NullMarked;
