/** Rules for devices, worked out so that a list means the same on v1 and v2. */
@NullMarked
package dev.berth.cgroup.device;

import org.jspecify.annotations.NullMarked;
