/** Limits of containers: those of a spec, and those that a cgroup has. */
@NullMarked
package dev.berth.engine.limits;

import org.jspecify.annotations.NullMarked;
