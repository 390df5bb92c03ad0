/** Limits in the OCI runtime specification's terms, and how a controller's files take them: all or none. */
@NullMarked
package dev.berth.cgroup.resource;

import org.jspecify.annotations.NullMarked;
