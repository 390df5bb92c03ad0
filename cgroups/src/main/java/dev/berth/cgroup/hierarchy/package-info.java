/** The hierarchies that are mounted on this host, their controllers, and paths below their roots. */
@NullMarked
package dev.berth.cgroup.hierarchy;

import org.jspecify.annotations.NullMarked;
