@NullMarked
package dev.berth.cgroup;

import org.jspecify.annotations.NullMarked;
