/** Files and directories of the kernel's own file systems (cgroup, sysfs, proc): one open, one read or write, one close. */
@NullMarked
package dev.berth.linux.kernfs;

import org.jspecify.annotations.NullMarked;
